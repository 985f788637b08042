import Locking
import Postgres
import TestSupport

/// Threads that write to a database at once.
enum Writers {
    /// Runs `body` on as many threads with a connection each, and waits for all of them.
    ///
    /// - Returns: The errors that ended writers.
    static func run(
        _ count: Int,
        on database: TestDatabase,
        _ body: @escaping @Sendable (Int, PostgresConnection) throws(PostgresError) -> Void
    ) async -> [PostgresError] {
        await withCheckedContinuation { continuation in
            let threads = (0..<count).map { index in
                Started(database: database) { (connection) throws(PostgresError) in
                    try body(index, connection)
                }
            }
            _ = WorkThread(name: "writers") {
                continuation.resume(returning: threads.compactMap { $0.join() })
            }
        }
    }

    /// One writer's thread.
    final class Started: Sendable {
        private let thread: WorkThread
        private let failure: Failure

        private final class Failure: Sendable {
            let error = Locked<PostgresError?>(nil)
        }

        init(
            database: TestDatabase,
            _ body: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Void
        ) {
            let failure = Failure()
            self.failure = failure
            thread = WorkThread(name: "writer") {
                do throws(PostgresError) {
                    try body(try database.connect())
                } catch {
                    failure.error.withLock { [error] in $0 = error }
                }
            }
        }

        func join() -> PostgresError? {
            thread.join()
            return failure.error.withLock { $0 }
        }
    }
}
