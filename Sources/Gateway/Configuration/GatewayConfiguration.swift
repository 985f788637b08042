public import Hub
import Postgres
import Presence
public import PublishedTables
import Tokens
import TopicFiles
import WebSocketServer

/// What a node runs with, put together from settings that fit each other.
public struct GatewayConfiguration: Sendable {
    /// Where something listens.
    public struct Address: Sendable, Equatable {
        /// A host name or an address.
        public var host: String

        /// A port; 0 takes a free one.
        public var port: Int

        /// Whether only this machine can reach it.
        public var isLoopback: Bool {
            if host == "localhost" || host == "::1" { return true }
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.first == "127" && parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
        }
    }

    /// The files that TLS is served with.
    public struct TLSFiles: Sendable, Equatable {
        /// A PEM file with the certificate chain.
        public var certificate: String

        /// A PEM file with the private key.
        public var key: String
    }

    /// Every setting by its key.
    public let values: ConfigurationValues

    /// Where WebSockets are served.
    public var listen: Address

    /// Where metrics are served.
    public var admin: Address

    /// The files of TLS; nil serves plain connections.
    public var tls: TLSFiles?

    /// What tokens are verified with.
    let tokens: TokenSettings

    /// What no publication makes `postgres_changes` serve.
    public let neverSent: NeverSent

    /// Limits of one connection.
    public var hubLimits: HubLimits

    /// Whether SIGHUP has topic files read again, rather than ending the process.
    let reloadsOnHangup: Bool

    /// The development page's files and data by path; empty in `serve`.
    public var pages: [String: Page] = [:]

    /// A file that is served as it is, in development only.
    public struct Page: Sendable {
        /// What it is, such as `text/html; charset=utf-8`.
        public let contentType: String

        /// Answers its bytes, on a loop's thread.
        public let body: @Sendable () -> [UInt8]

        /// Makes a page.
        public init(contentType: String, body: @escaping @Sendable () -> [UInt8]) {
            self.contentType = contentType
            self.body = body
        }
    }

    /// The secret that `waypost dev` signs with, known to everybody who has read this.
    public static let developmentSecret = "waypost-development-secret-known-to-everybody"

    /// Checks that the settings fit each other.
    ///
    /// - Parameters:
    ///   - values: Every setting, each checked by itself.
    ///   - isDevelopment: Whether ``developmentSecret`` is accepted; never in `serve`.
    /// - Throws: ``ConfigurationProblems`` with all that does not.
    public init(
        _ values: ConfigurationValues,
        isDevelopment: Bool
    ) throws(ConfigurationProblems) {
        var problems: [String] = []
        self.values = values
        reloadsOnHangup = !isDevelopment
        listen = Address(host: values.text(.listenHost), port: values.number(.listenPort))
        admin = Address(host: values.text(.adminHost), port: values.number(.adminPort))
        hubLimits = Self.limits(values)
        if values.text(.databaseDSN).isEmpty {
            let name = ConfigurationKey.databaseDSN.environmentName
            problems.append("database.dsn: is required; set it in the file or as \(name)")
        }
        for key in [ConfigurationKey.databaseDSN, .databaseListenDSN]
        where !ConnectionString(values.text(key), applicationName: "").isReadable {
            problems.append(
                "\(key.rawValue): is no connection text; write it as host=… user=… dbname=… "
                    + "or postgres://…"
            )
        }
        let certificate = values.text(.listenTLSCertificate)
        let key = values.text(.listenTLSKey)
        if certificate.isEmpty != key.isEmpty {
            problems.append("listen.tls_certificate and listen.tls_key: set both or neither")
        }
        tls = certificate.isEmpty ? nil : TLSFiles(certificate: certificate, key: key)
        if !admin.isLoopback, values.text(.adminToken).isEmpty {
            problems.append("admin.token: is required when admin.host is no loopback address")
        }
        for header in values.list(.channelsKeptHeaders) where !header.lowercased().hasPrefix("x-") {
            problems.append("channels.kept_headers: \(header) does not begin with x-")
        }
        if values.list(.tokenAllowedRoles).isEmpty {
            problems.append("token.allowed_roles: must name at least one role")
        }
        do throws(NeverSent.Malformed) {
            neverSent = try NeverSent(parsing: values.list(.changesNeverSent))
        } catch {
            neverSent = .nothing
            problems.append(
                "changes.never_sent: \(error.entry) is neither schema.table nor "
                    + "schema.table.column"
            )
        }
        if values.text(.tokenSecret) == Self.developmentSecret, !isDevelopment {
            problems.append("token.secret: is the secret of `waypost dev`, which everybody knows")
        }
        tokens = TokenSettings(values, problems: &problems)
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
    }

    /// Reads the files that the settings name and looks whether they can be used.
    ///
    /// - Throws: ``ConfigurationProblems`` naming the key and the file.
    public func checkFiles() throws(ConfigurationProblems) {
        let problems = tokens.fileProblems + topicProblems
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
        guard let tls else { return }
        let files = Listener.TLSFiles(certificatePath: tls.certificate, keyPath: tls.key)
        do {
            try files.check()
        } catch {
            let key = error.key(in: self) ?? .listenTLSCertificate
            throw ConfigurationProblems(problems: ["\(key.rawValue): \(error)"])
        }
    }

    /// What is wrong with the topic files by themselves; the database is not asked.
    private var topicProblems: [String] {
        let folder = values.text(.topicsFolder)
        guard !folder.isEmpty else { return [] }
        do throws(TopicFilesFailure) {
            _ = try TopicFiles.read(folder: folder)
            return []
        } catch {
            return error.problems.map { "topics.folder: \($0)" }
        }
    }

    /// What tokens are verified with, a line for each setting: counts and names, never a key.
    public var keySummary: [String] { tokens.summary }

    private static func limits(_ values: ConfigurationValues) -> HubLimits {
        var limits = HubLimits()
        limits.channelCountMax = values.number(.limitsChannelsPerConnection)
        limits.topicByteCountMax = values.number(.limitsTopicBytes)
        limits.joinsPerSecondMax = values.number(.limitsJoinsPerSecond)
        limits.messagesPerSecondMax = values.number(.limitsMessagesPerSecond)
        limits.bytesPerSecondMax = values.number(.limitsBytesPerSecond)
        limits.rateWindow = .seconds(values.number(.limitsWindowSeconds))
        limits.payloadByteCountMax = values.number(.limitsPayloadBytes)
        limits.channellessDurationMax = .seconds(values.number(.timeoutsChannellessSeconds))
        limits.replayCountMax = values.number(.replayMessages)
        limits.replayHeldByteCountMax = values.number(.replayHeldBytes)
        limits.replayDurationMax = .milliseconds(values.number(.replayDeadlineMilliseconds))
        limits.withheldByteCountMax = values.number(.limitsWithheldBytes)
        limits.holdDurationMax = .milliseconds(values.number(.authorizationDeadlineMilliseconds))
        limits.recheckInterval = .seconds(values.number(.authorizationRecheckSeconds))
        limits.changesPerChannelMax = values.number(.limitsChangesPerChannel)
        limits.changesPerConnectionMax = values.number(.limitsChangesPerConnection)
        limits.streams = StreamRules(
            names: values.list(.broadcastsStreamNames),
            refusesGrowingTexts: values.text(.broadcastsGrowingTexts) == "refuse"
        )
        limits.presenceIsDefault = values.text(.presenceDefault) == "on"
        limits.presence.grace = .seconds(values.number(.presenceGraceSeconds))
        limits.presence.keyCountMax = values.number(.presenceKeysPerTopic)
        limits.presence.metaCountMax = values.number(.presenceMetasPerKey)
        limits.presence.topicByteCountMax = values.number(.presenceTopicBytes)
        limits.presencePayloadByteCountMax = values.number(.presencePayloadBytes)
        limits.presenceCallCountMax = values.number(.presenceCalls)
        limits.presenceWindow = .seconds(values.number(.presenceWindowSeconds))
        limits.publicChannels = PublicChannels(rawValue: values.text(.channelsPublic)) ?? .deny
        return limits
    }
}
