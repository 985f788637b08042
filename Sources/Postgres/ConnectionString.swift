internal import CLibPQ

/// Where a database is and as whom to log in: a `key=value` text or a `postgres://` URL.
public struct ConnectionString: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    private let dsn: String
    private let applicationName: String

    /// Keeps the text; it is read when a connection is made.
    ///
    /// These are set where the text does not: `application_name`, TCP keepalives (idle 30 s, every
    /// 10 s, 3 times), `tcp_user_timeout` 30 s, no GSS encryption. `client_encoding` is always
    /// UTF8.
    ///
    /// - Parameters:
    ///   - dsn: libpq's connection text. `host` may list several hosts, tried in order.
    ///   - applicationName: What `pg_stat_activity` shows.
    public init(_ dsn: String, applicationName: String) {
        self.dsn = dsn
        self.applicationName = applicationName
    }

    /// Whether libpq can read the text; what is wrong with one that it cannot is not told, as the
    /// complaint would quote it.
    public var isReadable: Bool {
        guard !CStrings.containNUL([dsn]) else { return false }
        return (try? given()) != nil
    }

    /// Says nothing about the content, which may hold a password.
    public var description: String { "ConnectionString(redacted)" }

    /// Says nothing about the content, which may hold a password.
    public var debugDescription: String { description }

    /// The settings of each host in turn.
    ///
    /// libpq has no time limit per host in its non-blocking mode, so that a dead first host would
    /// use up the time of the others; hence one attempt each.
    func attempts() throws(PostgresError) -> [[String: String]] {
        guard !CStrings.containNUL([dsn, applicationName]) else {
            throw PostgresError(.connect, .containsNUL, isConnectionLost: true)
        }
        var settings = [
            "application_name": applicationName,
            "keepalives_idle": "30",
            "keepalives_interval": "10",
            "keepalives_count": "3",
            "tcp_user_timeout": "30000",
            "gssencmode": "disable",
        ]
        settings.merge(try given()) { $1 }
        settings["client_encoding"] = "UTF8"
        return Self.perHost(settings)
    }

    private func given() throws(PostgresError) -> [String: String] {
        var complaint: UnsafeMutablePointer<CChar>?
        guard let options = unsafe dsn.withCString({ unsafe PQconninfoParse($0, &complaint) })
        else {
            let message = unsafe complaint.map { unsafe String(cString: $0) }
            if let complaint = unsafe complaint { unsafe PQfreemem(complaint) }
            throw PostgresError(
                .connect,
                .refused,
                isConnectionLost: true,
                serverMessage: message
            )
        }
        defer { unsafe PQconninfoFree(options) }
        var settings: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe settings[String(cString: keyword)] = String(cString: value)
            }
            unsafe option += 1
        }
        return settings
    }

    private static func perHost(_ settings: [String: String]) -> [[String: String]] {
        func list(_ key: String) -> [String] {
            settings[key].map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            } ?? []
        }
        let lists = ["host": list("host"), "hostaddr": list("hostaddr"), "port": list("port")]
        let hostCount = max(lists["host"]?.count ?? 0, lists["hostaddr"]?.count ?? 0)
        // Lists that do not fit each other go to libpq as they are: it explains the mistake.
        let fits = lists.values.allSatisfy { $0.count <= 1 || $0.count == hostCount }
        guard hostCount > 1, fits else { return [settings] }
        return (0..<hostCount).map { index in
            var attempt = settings
            for (key, values) in lists where values.count == hostCount {
                attempt[key] = values[index]
            }
            return attempt
        }
    }
}
