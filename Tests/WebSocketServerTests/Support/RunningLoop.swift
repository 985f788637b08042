import Dispatch
import Glibc
import Locking
import WebSocketServer
import Wire

/// A loop on its own thread for the length of a test.
final class RunningLoop: Sendable {
    /// Something a test waited for did not happen.
    struct NeverHappened: Error {}

    let shared: ProbeDelegate.Shared
    let ports: [Int]
    private let thread: WorkThread
    private let waker: LoopWaker

    var port: Int { ports[0] }

    /// Makes a loop that listens on 127.0.0.1 and runs it.
    init(
        _ configuration: LoopConfiguration = RunningLoop.configuration(),
        echoes: Bool = true,
        answer: @escaping @Sendable (Request) -> HandshakeAnswer = { _ in .accept(true) }
    ) throws {
        let shared = ProbeDelegate.Shared(echoes: echoes, answer: answer)
        let prepared = try Self.prepare(configuration, shared)
        self.shared = shared
        ports = prepared.ports
        waker = prepared.waker
        shared.wakerBox.waker.withLock { $0 = prepared.waker }
        thread = prepared.start(name: "test-loop")
    }

    deinit { stop() }

    /// Makes a loop that does not run yet.
    static func prepare(
        _ configuration: LoopConfiguration,
        _ shared: ProbeDelegate.Shared
    ) throws -> PreparedLoop {
        let delegate = ProbeDelegate(shared)
        let loop = try Loop(configuration: configuration, delegate: delegate)
        delegate.loop = loop
        return PreparedLoop(loop)
    }

    /// A configuration with short times.
    static func configuration(
        _ change: (inout LoopConfiguration) -> Void = { _ in }
    ) -> LoopConfiguration {
        var configuration = LoopConfiguration(listeners: [Listener(host: "127.0.0.1", port: 0)])
        configuration.tickInterval = .milliseconds(20)
        configuration.halfOpenCountMaxPerAddress = 100_000
        change(&configuration)
        return configuration
    }

    /// Runs something on the loop's thread and waits for what it returns.
    @discardableResult
    func perform<R: Sendable>(_ body: @escaping @Sendable (Loop) -> R) -> R {
        let answer = Answer<R>()
        let isKept = shared.orders.post(
            { loop in
                let value = body(loop)
                answer.value.withLock { $0 = value }
                answer.isThere.signal()
            },
            byteCount: 1
        )
        precondition(isKept, "too many orders")
        answer.isThere.wait()
        guard let value = answer.value.withLock({ $0 }) else { preconditionFailure("no answer") }
        return value
    }

    private final class Answer<R: Sendable>: Sendable {
        let value = Locked<R?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    var counters: LoopCounters { perform { $0.counters } }

    var opened: [ConnectionID] { shared.notes.withLock { $0.opened } }

    var tickCount: Int { shared.notes.withLock { $0.tickCount } }

    var requests: [Request] { shared.notes.withLock { $0.requests } }

    var bodies: [String] {
        shared.notes.withLock { $0.bodies.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// How often the loop has come to the point of waiting.
    var waitCount: Int { shared.notes.withLock { $0.waitCount } }

    var unanswered: [RequestNumber] { shared.notes.withLock { $0.unanswered } }

    var ends: [ConnectionEnd] { shared.notes.withLock { $0.closed.map(\.end) } }

    /// Waits until something holds, for 20 seconds at most.
    func wait(until condition: (RunningLoop) -> Bool) throws {
        for _ in 0..<20_000 {
            if condition(self) { return }
            usleep(1_000)
        }
        throw NeverHappened()
    }

    /// Stops the loop and waits for its thread.
    func stop() {
        _ = shared.orders.post({ $0.stop() }, byteCount: 0)
        thread.join()
    }

    /// Waits for the loop to end by itself.
    func join() { thread.join() }
}
