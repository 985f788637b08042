internal import CLibEv
internal import Locking

/// Wakes a loop from any thread.
///
/// Many calls before the loop's next turn are one turn; a call after the loop's end does nothing.
@safe public final class LoopWaker: Sendable {
    /// The loop's libev parts, which the waker may touch while the loop has not closed it.
    @safe struct Target: @unchecked Sendable {
        // Sendable holds because `ev_async_send` is the one libev call meant for other threads.
        let loop: OpaquePointer
        let watcher: UnsafeMutablePointer<ev_async>
    }

    private let target: Locked<Target?>

    init(_ target: Target) { self.target = Locked(target) }

    /// Makes the loop call ``LoopDelegate/turn()`` soon.
    public func wake() {
        // The lock is held across the C call, which only sets a flag and writes to an eventfd:
        // that is what keeps the loop from ending underneath it.
        target.withLock { target in
            if let target { unsafe ev_async_send(target.loop, target.watcher) }
        }
    }

    /// Forgets the loop, before its parts are freed.
    func close() { target.withLock { $0 = nil } }
}
