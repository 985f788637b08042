import Glibc

/// One value behind a POSIX mutex, with a condition that threads can wait for.
@safe struct Monitor<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // Sendable holds because `value` is reached under the mutex only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let value: UnsafeMutablePointer<Value>

    init(_ initial: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe changed = .allocate(capacity: 1)
        unsafe changed.initialize(to: pthread_cond_t())
        guard unsafe pthread_mutex_init(mutex, nil) == 0,
            unsafe pthread_cond_init(changed, nil) == 0
        else { preconditionFailure("the system refused a mutex") }
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(to: initial)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe changed.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Runs `body` with the value while no other thread can reach it.
    borrowing func withLock<R: ~Copyable>(
        _ body: (inout sending Value) -> sending R
    ) -> sending R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return unsafe body(&value.pointee)
    }

    /// Blocks until `isReady` holds, then runs `body` without letting go of the lock in between.
    borrowing func withLock<R: ~Copyable>(
        waitingUntil isReady: (borrowing Value) -> Bool,
        _ body: (inout sending Value) -> sending R
    ) -> sending R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while unsafe !isReady(value.pointee) { unsafe pthread_cond_wait(changed, mutex) }
        return unsafe body(&value.pointee)
    }

    /// Lets every waiting thread look at the value again.
    borrowing func wakeAll() { unsafe pthread_cond_broadcast(changed) }
}
