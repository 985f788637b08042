import Glibc

/// One value behind a POSIX mutex.
///
/// The standard library's `Mutex` is not used because ThreadSanitizer cannot see into its contended
/// path and reports races where there are none. Hold the lock only for plain memory work: no C
/// call that may block, no callback into other code, no second lock.
@safe public struct Locked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // Sendable holds because `value` is reached through `withLock` only, and what goes in or comes
    // out is `sending`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// Takes ownership of the value to guard.
    public init(_ initial: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        guard unsafe pthread_mutex_init(mutex, nil) == 0 else {
            preconditionFailure("the system refused a mutex")
        }
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(to: initial)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Runs `body` with the value while no other thread can reach it.
    ///
    /// - Parameter body: Short and free of blocking calls; it must not lock the same value again.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw.
    public borrowing func withLock<R: ~Copyable, E: Error>(
        _ body: (inout sending Value) throws(E) -> sending R
    ) throws(E) -> sending R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&value.pointee)
    }
}
