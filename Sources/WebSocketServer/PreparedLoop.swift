public import Locking

/// A loop that was made and does not run yet; it may cross to its thread, once.
///
/// libwebsockets contexts have to be made one after the other, so every loop is made on one thread
/// first. After that each belongs, with its delegate, to the thread that turns it.
@safe public final class PreparedLoop: Sendable {
    private struct Cargo: @unchecked Sendable {
        // Sendable holds because the loop came in as `sending` and goes out once.
        let loop: Loop
    }

    /// Wakes the loop, also before it runs.
    public let waker: LoopWaker

    /// The port of each listener, in the configuration's order.
    public let ports: [Int]

    private let cargo: Locked<Cargo?>

    /// Takes the loop, with the delegate and everything else it reaches, away from the caller.
    public init(_ loop: sending Loop) {
        waker = loop.waker
        ports = loop.ports
        cargo = Locked(Cargo(loop: loop))
    }

    deinit {
        // A loop that never ran is freed here: it and its delegate hold each other.
        cargo.withLock { $0 }?.loop.tearDown()
    }

    /// Runs the loop on a thread of its own until it stops; a loop starts once.
    ///
    /// - Parameter name: The thread's name.
    /// - Returns: The thread, to be joined after the loop was told to stop.
    public func start(name: String) -> WorkThread {
        let cargo = cargo.withLock { cargo in
            defer { cargo = nil }
            return cargo
        }
        guard let cargo else { preconditionFailure("a loop was started twice") }
        return WorkThread(name: name) { cargo.loop.run() }
    }
}
