import Hub
import TestSupport
import Testing

@testable import Gateway

@Suite struct GatewayConfigurationTests {
    private static let required: [ConfigurationKey: String] = [
        .databaseDSN: "host=/nowhere", .tokenSecret: Person.secret,
    ]

    private func make(
        _ settings: [ConfigurationKey: String],
        file: String? = nil,
        isDevelopment: Bool = false
    ) async throws -> GatewayConfiguration {
        let values = try await TestNode.values(settings, file: file)
        return try GatewayConfiguration(values, isDevelopment: isDevelopment)
    }

    /// What is wrong with the settings, over those that are required.
    private func problems(
        _ settings: [ConfigurationKey: String],
        file: String? = nil
    ) async throws -> [String] {
        do {
            _ = try await make(Self.required.merging(settings) { $1 }, file: file)
            return []
        } catch let error as ConfigurationProblems {
            return error.problems
        }
    }

    @Test("The database and the secret are required; both are asked for at once")
    func requiredSettings() async throws {
        let found = await #expect(throws: ConfigurationProblems.self) { try await make([:]) }
        #expect(found?.problems.count == 2)
        #expect(found?.description.contains("database.dsn") == true)
        #expect(found?.description.contains("WAYPOST_TOKEN_SECRET") == true)
        #expect(try await problems([:]).isEmpty)
    }

    @Test(
        "Settings that do not fit each other are named",
        arguments: [
            (ConfigurationKey.listenTLSCertificate, "x.pem", "listen.tls_key"),
            (.listenTLSKey, "x.key", "listen.tls_certificate"),
            (.adminHost, "0.0.0.0", "admin.token"),
            (.tokenSecret, "31 bytes are not enough: 123456", "token.secret"),
            (.tokenSecret, GatewayConfiguration.developmentSecret, "token.secret"),
        ]
    )
    func unfit(key: ConfigurationKey, value: String, named: String) async throws {
        let found = try await problems([key: value])
        #expect(found.count == 1)
        #expect(found.first?.contains(named) == true, "\(found)")
    }

    @Test("Lists that cannot work are named")
    func lists() async throws {
        let headers = try await problems([:], file: "channels:\n  kept_headers: [x-team, cookie]\n")
        #expect(headers == ["channels.kept_headers: cookie does not begin with x-"])
        let roles = try await problems([:], file: "token:\n  allowed_roles: []\n")
        #expect(roles.first?.hasPrefix("token.allowed_roles: ") == true, "\(roles)")
    }

    @Test("Metrics off loopback are fine with a token; development has its own secret")
    func fit() async throws {
        #expect(try await problems([.adminHost: "::", .adminToken: "x"]).isEmpty)
        let settings: [ConfigurationKey: String] = [
            .databaseDSN: "host=x", .tokenSecret: GatewayConfiguration.developmentSecret,
        ]
        _ = try await make(settings, isDevelopment: true)
    }

    @Test("Limits go to the hub")
    func limits() async throws {
        let configuration = try await make(
            Self.required.merging([
                .limitsChannelsPerConnection: "7", .limitsPayloadBytes: "99",
                .limitsJoinsPerSecond: "3", .limitsMessagesPerSecond: "4", .limitsTopicBytes: "55",
                .timeoutsChannellessSeconds: "8", .channelsPublic: "allow",
            ]) { $1 }
        )
        let limits = configuration.hubLimits
        #expect(limits.channelCountMax == 7 && limits.payloadByteCountMax == 99)
        #expect(limits.joinsPerSecondMax == 3 && limits.messagesPerSecondMax == 4)
        #expect(limits.topicByteCountMax == 55 && limits.publicChannels == .allow)
        #expect(limits.channellessDurationMax == .seconds(8))
        #expect(configuration.pages.isEmpty)
    }

    @Test("A loopback address is known as one")
    func loopback() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] {
            #expect(GatewayConfiguration.Address(host: host, port: 1).isLoopback)
        }
        for host in [
            "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost.example.org", "127.example.org",
        ] {
            #expect(!GatewayConfiguration.Address(host: host, port: 1).isLoopback)
        }
    }
}
