import Observation
import Postgres

/// The lock that writers try: asked for without waiting, held while hot.
struct DoorbellLock {
    private let connection: PostgresConnection
    private let observe: Observe
    private var askedAt: ContinuousClock.Instant?

    /// A wait shorter than this is the writers' own short transactions, not worth a number.
    private static let waitMin = Duration.seconds(1)

    init(connection: PostgresConnection, observe: @escaping Observe) {
        self.connection = connection
        self.observe = observe
    }

    /// The descriptor that shows an answer or the end of the connection.
    var descriptor: Int32 { connection.descriptor }

    /// Asks for the lock; from now on no writer gets it, even while this waits.
    mutating func ask() throws(PostgresError) {
        askedAt = .now
        try connection.start(
            "SELECT pg_catalog.pg_advisory_lock(\(AdvisoryKey.doorbell.rawValue))"
        )
    }

    /// Takes in what the database said; throws when the connection ended.
    mutating func look() throws(PostgresError) {
        guard let askedAt else {
            _ = try connection.notifications()
            return
        }
        guard try connection.finishStarted() else { return }
        self.askedAt = nil
        let waited = ContinuousClock.now - askedAt
        if waited >= Self.waitMin { observe(.outbox(.doorbellLockContended(waited: waited))) }
    }

    /// Stops asking, or lets go; afterwards writers find the lock free.
    mutating func release() throws(PostgresError) {
        if let askedAt { try stopAsking(since: askedAt) }
        // The cancellation may come late and hit this statement instead.
        for _ in 0..<Self.attemptCountMax {
            do throws(PostgresError) {
                try connection.execute("SELECT pg_catalog.pg_advisory_unlock_all()")
                return
            } catch {
                guard error.isCancellation else { throw error }
            }
        }
        try connection.execute("SELECT pg_catalog.pg_advisory_unlock_all()")
    }

    private static let attemptCountMax = 3

    private mutating func stopAsking(since askedAt: ContinuousClock.Instant) throws(PostgresError) {
        self.askedAt = nil
        do throws(PostgresError) {
            if try connection.finishStarted() { return }
            observe(.outbox(.doorbellLockContended(waited: .now - askedAt)))
            connection.cancel()
            while try !connection.finishStarted() {
                _ = Readiness.wait(readable: [connection.descriptor], timeout: nil)
            }
        } catch {
            guard error.isCancellation else { throw error }
        }
    }
}

extension PostgresError {
    /// Whether the statement ended because it was told to.
    fileprivate var isCancellation: Bool { !isConnectionLost && sqlState == "57014" }
}
