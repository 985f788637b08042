public import Locking
public import Observation

/// Reads the outbox on a thread of its own and hands over every message once, in order.
///
/// It keeps its position when connections are lost and goes on from there, so nothing committed is
/// missed. It starts from the present: what was committed before ``start()`` is not delivered.
public final class OutboxReader: Sendable {
    private let configuration: OutboxConfiguration
    private let sink: any OutboxSink
    private let observe: Observe
    private let flags: ReaderFlags
    private let thread = Locked<WorkThread?>(nil)

    /// Prepares a reader that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where the database is, and the limits.
    ///   - sink: Takes what is read, on the reader's thread; it may block.
    ///   - observe: Told what is worth logging or counting.
    /// - Throws: When the process has no descriptors left.
    public init(
        configuration: OutboxConfiguration,
        sink: any OutboxSink,
        observe: @escaping Observe
    ) throws(WakePipe.OutOfDescriptors) {
        self.configuration = configuration
        self.sink = sink
        self.observe = observe
        flags = try ReaderFlags()
    }

    /// Whether everything committed before the present connection was made has been delivered.
    ///
    /// False until the database was reached for the first time, and while it is away.
    public var isCaughtUp: Bool { flags.isCaughtUp }

    /// Starts the thread; it keeps trying while the database is away.
    public func start() {
        let (configuration, sink, observe, flags) = (configuration, sink, observe, flags)
        let started = WorkThread(name: "outbox") {
            ReaderLoop(configuration: configuration, sink: sink, observe: observe, flags: flags)
                .run()
        }
        thread.withLock { thread in
            precondition(thread == nil, "a reader starts once")
            thread = started
        }
    }

    /// Reads what has been committed by now, and says when all of it was delivered.
    ///
    /// While the database is away, that is when it is back.
    ///
    /// - Parameter done: Called once on the reader's thread, unless the reader is stopped before.
    public func catchUp(_ done: @escaping @Sendable () -> Void) { flags.wait(done) }

    /// Ends the thread and waits for it.
    ///
    /// A sink that blocks must let go first: close the mailboxes before.
    public func stop() {
        flags.stop()
        let running = thread.withLock { $0 }
        running?.join()
        flags.isCaughtUp = false
    }
}
