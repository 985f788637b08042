public import Locking
public import Observation
import Postgres
import Synchronization

/// Keeps the outbox's partitions on a thread of its own: days ahead are made, old ones dropped.
///
/// Every node runs one. The nodes of one database take turns by an advisory lock.
public final class PartitionKeeper: Sendable {
    private let configuration: OutboxConfiguration
    private let observe: Observe
    private let pipe: WakePipe
    private let stopping = Atomic(false)
    private let thread = Locked<WorkThread?>(nil)

    /// Prepares a keeper that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where the database is, the retention and the interval.
    ///   - observe: Told what was made, dropped, or failed.
    /// - Throws: When the process has no descriptors left.
    public init(
        configuration: OutboxConfiguration,
        observe: @escaping Observe
    ) throws(WakePipe.OutOfDescriptors) {
        self.configuration = configuration
        self.observe = observe
        pipe = try WakePipe()
    }

    /// Starts the thread: it looks at once and then at each interval.
    public func start() {
        let started = WorkThread(name: "partitions") { [self] in run() }
        thread.withLock { thread in
            precondition(thread == nil, "a keeper starts once")
            thread = started
        }
    }

    /// Ends the thread after the step at hand, and waits for it.
    public func stop() {
        stopping.store(true, ordering: .releasing)
        pipe.wake()
        let running = thread.withLock { $0 }
        running?.join()
    }

    /// After a failure the next look comes sooner, but not so soon that it hurts.
    private static let retryIntervalMax = Duration.seconds(30)

    private func run() {
        while !stopping.load(ordering: .acquiring) {
            let isWell = keepOnce()
            let pause = configuration.upkeepInterval
            _ = Readiness.wait(
                readable: [pipe.descriptor],
                timeout: isWell ? pause : min(pause, Self.retryIntervalMax)
            )
        }
    }

    /// Connects for each look: there is one in ten minutes.
    private func keepOnce() -> Bool {
        do throws(PostgresError) {
            let connection = try PostgresConnection(
                ConnectionString(configuration.readDSN, applicationName: "waypost partitions")
            )
            return try PartitionUpkeep(
                connection: connection,
                retention: configuration.retention,
                daysAhead: configuration.partitionDaysAhead,
                observe: observe
            ).run()
        } catch {
            observe(.database(.lost(.upkeep, sqlState: error.sqlState)))
            return false
        }
    }
}
