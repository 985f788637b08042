/// A private PostgreSQL that takes connections.
public struct RunningCluster: Sendable {
    /// The folder of its Unix socket, for `host=`.
    public let socketFolder: String
    /// Where its data lies.
    public let dataFolder: String
    /// The file it writes its log to.
    public let log: String
    /// The postmaster's process.
    public let processID: Int32

    /// Writes a connection text.
    ///
    /// - Parameters:
    ///   - database: The database's name.
    ///   - user: The role to log in as. Default the superuser, `postgres`.
    /// - Returns: `key=value` pairs for libpq.
    public func dsn(database: String = "postgres", user: String = "postgres") -> String {
        [("host", socketFolder), ("port", "5432"), ("dbname", database), ("user", user)]
            .map { "\($0.0)='\(Self.escaped($0.1))'" }
            .joined(separator: " ")
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            if scalar == "'" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
