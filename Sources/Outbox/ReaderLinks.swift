import Observation
import Postgres

/// The three connections of a reader: one listens, one reads, one holds the lock.
///
/// `LISTEN` has one of its own, which is never inside a transaction. The lock has one of its own,
/// because asking for it may wait behind a long transaction while the reader goes on reading.
struct ReaderLinks {
    /// The notification channel that writers and nodes ring on.
    static let channel = "waypost_doorbell"

    /// A database that does not answer for so long counts as lost.
    private static let answerTimeout: Duration = .seconds(20)

    let listening: PostgresConnection
    let reading: PostgresConnection
    let locking: PostgresConnection
    let lockSession: BackendIdentity
    let history: History

    /// Connects, ends what is left of an earlier lock session, and begins to listen.
    ///
    /// The order matters to other nodes: whoever is greeted finds this node listening already.
    init(
        _ configuration: OutboxConfiguration,
        ending earlier: BackendIdentity?
    ) throws(ReaderFailure) {
        reading = try Self.link(.reading) { () throws(PostgresError) in
            try PostgresConnection(
                ConnectionString(configuration.readDSN, applicationName: "waypost reader")
            )
        }
        let reading = reading
        reading.statementDeadline = Self.answerTimeout
        let history = try Self.link(.reading) { () throws(PostgresError) in
            try History(of: reading)
        }
        guard let history else { throw .inRecovery }
        self.history = history
        (locking, lockSession) = try Self.link(.listening) { () throws(PostgresError) in
            let connection = try PostgresConnection(
                ConnectionString(configuration.listenDSN, applicationName: "waypost doorbell")
            )
            connection.statementDeadline = Self.answerTimeout
            try connection.execute(
                "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = 0"
            )
            return (connection, try BackendIdentity(of: connection))
        }
        let locking = locking
        let isGone = try Self.link(.listening) { () throws(PostgresError) in
            try earlier?.end(over: locking) ?? true
        }
        guard isGone else { throw .lockSessionLives }
        listening = try Self.link(.listening) { () throws(PostgresError) in
            let connection = try PostgresConnection(
                ConnectionString(configuration.listenDSN, applicationName: "waypost listener")
            )
            connection.statementDeadline = Self.answerTimeout
            try connection.execute("SET idle_session_timeout = 0")
            try connection.execute(
                "SELECT pg_catalog.pg_advisory_lock_shared(\(AdvisoryKey.presence.rawValue))"
            )
            try connection.execute("LISTEN \(Self.channel)")
            try connection.execute("NOTIFY \(Self.channel), '\(Ring.greeting.rawValue)'")
            return connection
        }
    }

    /// What a notification's text says of who sent it.
    enum Ring: String {
        case writer = ""
        case node
        case greeting
    }

    /// Wakes the other nodes.
    func ring() throws(ReaderFailure) {
        try Self.link(.reading) { () throws(PostgresError) in
            try reading.execute("NOTIFY \(Self.channel), '\(Ring.node.rawValue)'")
        }
    }

    /// Counts the nodes that listen in this database.
    func nodeCount() throws(ReaderFailure) -> Int {
        try Self.link(.reading) { () throws(PostgresError) in
            let key = UInt64(bitPattern: AdvisoryKey.presence.rawValue)
            let rows = try reading.query(
                """
                SELECT count(*) FROM pg_catalog.pg_locks
                JOIN pg_catalog.pg_database AS this ON this.oid = database
                WHERE locktype = 'advisory' AND classid = \(key >> 32)
                    AND objid = \(key & 0xffff_ffff) AND objsubid = 1 AND granted
                    AND this.datname = pg_catalog.current_database()
                """
            )
            return rows.integer(0, 0).map(Int.init) ?? 1
        }
    }

    /// A transaction number that is above all given out before.
    func nextTransaction() throws(ReaderFailure) -> UInt64 {
        let text = try Self.link(.reading) { () throws(PostgresError) in
            try reading.query("SELECT pg_catalog.pg_current_xact_id()")[0, 0]
        }
        guard let number = text.flatMap(UInt64.init) else { throw .answerMalformed }
        return number
    }

    /// Says of an error which connection it was.
    static func link<R>(
        _ link: DatabaseObservation.Link,
        _ body: () throws(PostgresError) -> R
    ) throws(ReaderFailure) -> R {
        do throws(PostgresError) {
            return try body()
        } catch {
            throw .lost(link, error)
        }
    }
}
