internal import CLibWebSockets
import Glibc
public import Wire

/// One event loop with its sockets: it accepts, speaks HTTP and WebSocket, and sends.
///
/// **Rule.** Loops are made one after the other on one thread, before any of them runs. From then
/// on a loop belongs, with its delegate, to the thread that calls ``run()``; ``PreparedLoop`` takes
/// it there. Everything but ``LoopWaker/wake()`` happens on that thread.
///
/// Sending only appends to the connection's queue. Right before the loop waits for events, each
/// connection with something to send gets one write with all that fits into 64 KiB, so that many
/// messages in one turn cost one system call.
@safe public final class Loop {
    /// Wakes the loop from any thread, before and while it runs.
    public let waker: LoopWaker

    /// The port of each listener, in the configuration's order.
    public let ports: [Int]

    /// What happened so far; for the loop's thread only.
    public internal(set) var counters = LoopCounters()

    let configuration: LoopConfiguration
    let timing: LoopTiming
    let headerFields: HeaderFields
    var delegate: (any LoopDelegate)?
    var events: EventLoop?
    var engine: Engine?
    var listeningSockets: [(source: ListeningSocket, watcher: Int)] = []

    /// Ticks since the loop was made.
    var tick: UInt32 = 0
    var slots: ContiguousArray<Link?> = []
    var generations: ContiguousArray<UInt32> = []
    var freeSlots: [Int32] = []
    var halfOpen: ContiguousArray<Link> = []
    var halfOpenCounts: [String: Int] = [:]
    var dirty: ContiguousArray<Link> = []
    /// Who broke the protocol and is told so: since the last ``hurried()``, and before it.
    var refused: (lately: [Link], before: [Link]) = ([], [])
    /// The requests whose body is arriving or whose answer is awaited.
    var exchanges: [RequestNumber: Link] = [:]
    var requestCount: UInt64 = 0
    /// The links whose answer is there and not written.
    var answered: [Link] = []
    var assemblyByteCount = 0
    var mustKick = false
    var pause = AcceptPause.none
    var drainDeadline: UInt32?
    let scratch = ScratchBuffer(capacity: Loop.coalescedByteCountMax)

    /// The most that is copied together for one write.
    static let coalescedByteCountMax = 64 << 10

    /// Requests whose body is arriving or whose answer is awaited; on the loop's thread only.
    public var exchangeCount: Int { exchanges.count }

    /// Bytes of messages and bodies that are held until they are whole or answered.
    package var assembledByteCount: Int { assemblyByteCount }

    /// Why nothing is accepted at the moment.
    enum AcceptPause {
        case none
        /// Every connection is taken; administrative listeners go on.
        case full
        /// The process has no descriptors left.
        case outOfDescriptors
    }

    /// Binds the listeners and makes everything ready to run.
    ///
    /// It makes the process ignore `SIGPIPE`, which TLS needs.
    ///
    /// - Parameters:
    ///   - configuration: Addresses and limits.
    ///   - delegate: Held until the loop has run.
    /// - Throws: ``LoopError``: a port is taken, a certificate is unusable, or the engine fails.
    public init(configuration: LoopConfiguration, delegate: any LoopDelegate) throws(LoopError) {
        _ = signal(SIGPIPE, SIG_IGN)
        self.configuration = configuration
        self.delegate = delegate
        timing = LoopTiming(configuration)
        var sockets: [[ListeningSocket]] = []
        for (index, listener) in configuration.listeners.enumerated() {
            sockets.append(try ListeningSocket.open(listener, index: index))
        }
        ports = sockets.map { $0.first?.port ?? 0 }
        headerFields = HeaderFields(names: configuration.headerNames)
        let events = try EventLoop(tickSeconds: timing.tickSeconds)
        let engine = try Engine(configuration, on: events)
        waker = unsafe LoopWaker(LoopWaker.Target(loop: events.raw, watcher: events.async))
        self.events = events
        self.engine = engine
        listeningSockets = sockets.joined().map { ($0, events.addReadable($0.descriptor)) }
        unsafe events.owner.loop = self
    }

    deinit { tearDown() }

    /// Turns the loop until ``stop()``, or until a drain is over; a loop runs once.
    public func run() {
        guard let events else { preconditionFailure("a loop ran twice") }
        events.run()
        tearDown()
    }

    /// Ends ``run()`` after the current turn; open connections are cut.
    ///
    /// Before ``run()`` it has no effect.
    public func stop() { events?.breakOut() }

    /// Closes the listening sockets, except the administrative ones.
    public func stopAccepting() {
        for index in listeningSockets.indices.reversed()
        where !listeningSockets[index].source.isAdministrative {
            events?.setWatches(readable: listeningSockets[index].watcher, false)
            listeningSockets.remove(at: index)
        }
    }

    /// Stops accepting, closes every connection, and ends ``run()`` when all are gone.
    ///
    /// - Parameters:
    ///   - code: The close code. The default tells the other side to come back.
    ///   - reason: The close frame's text, at most 123 bytes of UTF-8.
    ///   - timeout: The longest the loop waits for the other sides.
    public func drain(
        code: CloseCode = .serviceRestart,
        reason: String = "",
        within timeout: Duration
    ) {
        stopAccepting()
        drainDeadline = timing.deadline(after: timing.ticks(timeout), from: tick)
        for link in slots {
            if let link { close(link, code: code, reason: reason, end: .closed(code)) }
        }
        stopWhenDrained()
    }

    /// Ends ``run()`` when nobody waits for anything any more.
    func stopWhenDrained() {
        if counters.connectionCount == 0, exchanges.isEmpty { stop() }
    }

    /// Loads the certificates again from their files; open connections keep theirs.
    ///
    /// - Throws: ``LoopError`` naming the unusable file; the old certificates stay in use then.
    public func reloadCertificates() throws(LoopError) { try engine?.reloadCertificates() }

    /// Cuts what is left and frees everything, in the order C needs it.
    func tearDown() {
        guard events != nil else { return }
        waker.close()
        for link in slots {
            if let link, link.end == .lost { link.end = .stopped }
        }
        listeningSockets = []
        // Frees every connection, and their delegate hears of it, before libev goes. The property
        // is empty by then, since the callbacks on the way may look at it.
        withExtendedLifetime(engine) { engine = nil }
        dirty = []
        answered = []
        events = nil
        delegate = nil
    }
}
