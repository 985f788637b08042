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
    ///   - key: The number that ``wait(deadline:_:)`` reports.
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
    /// - Parameters:
    ///   - deadline: In the past, nothing is waited for.
    ///   - body: Called with the key of each that is ready.
    mutating func wait(deadline: ContinuousClock.Instant, _ body: (Int) -> Void) {
        let milliseconds = StreamDescriptor.milliseconds(until: deadline)
        let count = unsafe epoll_wait(number, &entries, Int32(entries.count), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            body(Int(unsafe entries[index].data.u64))
        }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ key: Int, _ toWrite: Bool) {
        var entry = unsafe epoll_event()
        unsafe entry.events = EPOLLIN.rawValue | (toWrite ? EPOLLOUT.rawValue : 0)
        unsafe entry.data.u64 = UInt64(key)
        let answer = unsafe epoll_ctl(number, operation, descriptor, &entry)
        precondition(answer == 0, "epoll refused a descriptor that is open")
    }
}
