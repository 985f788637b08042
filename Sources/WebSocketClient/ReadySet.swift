internal import CLibEpoll
internal import Glibc

/// Waits for many descriptors at once, over `epoll`.
@safe struct ReadySet: ~Copyable {
    private let number: Int32
    private var entries: [epoll_event]

    /// Begins empty.
    ///
    /// - Parameter readyCountMax: Descriptors that one wait reports at most.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` when the process has no descriptor
    ///   left.
    init(readyCountMax: Int) throws(WebSocketFailure) {
        unsafe entries = unsafe [epoll_event](repeating: epoll_event(), count: readyCountMax)
        number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw .unreachable(errorNumber: errno) }
    }

    deinit {
        if number >= 0 { close(number) }
    }

    /// Watches a descriptor; closing it ends that.
    ///
    /// - Parameters:
    ///   - descriptor: The descriptor.
    ///   - key: The number that ``key(_:)`` answers.
    ///   - toWrite: Whether it is waited for until it can be written, too.
    func add(_ descriptor: Int32, key: Int, toWrite: Bool) {
        control(EPOLL_CTL_ADD, descriptor, key, toWrite)
    }

    /// Changes whether a watched descriptor is waited for until it can be written, too.
    func change(_ descriptor: Int32, key: Int, toWrite: Bool) {
        control(EPOLL_CTL_MOD, descriptor, key, toWrite)
    }

    /// Watches a descriptor no longer, though it stays open.
    func remove(_ descriptor: Int32) {
        control(EPOLL_CTL_DEL, descriptor, 0, false)
    }

    /// Waits until at least one descriptor is ready, or the deadline passes.
    ///
    /// - Parameter deadline: By ``MonotonicTime``, kept to the timers' precision and not to the
    ///   next millisecond; in the past, nothing is waited for.
    /// - Returns: How many are ready; ``key(_:)`` tells which.
    mutating func wait(deadline: UInt64) -> Int {
        let now = MonotonicTime.nanoseconds
        let left = deadline > now ? min(deadline - now, 86_400_000_000_000) : 0
        var limit = timespec(
            tv_sec: Int(left / 1_000_000_000),
            tv_nsec: Int(left % 1_000_000_000)
        )
        let countMax = unsafe Int32(entries.count)
        var count = unsafe epoll_pwait2(number, &entries, countMax, &limit, nil)
        if count < 0, errno == ENOSYS {
            // Linux before 5.11 knows milliseconds only; rounded up, no wait ends early and spins.
            let milliseconds = Int32((left + 999_999) / 1_000_000)
            count = unsafe epoll_wait(number, &entries, countMax, milliseconds)
        }
        return max(0, Int(count))
    }

    /// The key of one that the last wait found ready.
    ///
    /// - Parameter index: From 0 to what ``wait(deadline:)`` returned, without it.
    /// - Returns: The key that it was added with.
    func key(_ index: Int) -> Int {
        Int(unsafe entries[index].data.u64)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ key: Int, _ toWrite: Bool) {
        var entry = unsafe epoll_event()
        unsafe entry.events = EPOLLIN.rawValue | (toWrite ? EPOLLOUT.rawValue : 0)
        unsafe entry.data.u64 = UInt64(key)
        let answer = unsafe epoll_ctl(number, operation, descriptor, &entry)
        precondition(answer == 0, "epoll refused a descriptor that is open")
    }
}
