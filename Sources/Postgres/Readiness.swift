import Glibc

/// Waits until descriptors can be read, over `poll(2)`.
public enum Readiness {
    /// Blocks until a descriptor is readable or the time is over.
    ///
    /// A descriptor whose other end is gone, or which is not open, counts as readable: the next
    /// call on it says what is wrong.
    ///
    /// - Parameters:
    ///   - readable: The descriptors to watch; negative ones are ignored.
    ///   - timeout: The longest wait, rounded up to milliseconds. Zero or less looks without
    ///     waiting; nil waits without end.
    /// - Returns: The readable descriptors; empty when the time was over.
    public static func wait(readable: [Int32], timeout: Duration?) -> Set<Int32> {
        var entries = readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        wait(&entries, until: timeout.map { ContinuousClock.now + $0 })
        return Set(entries.lazy.filter { $0.revents != 0 }.map(\.fd))
    }

    /// Fills in `revents`; all stay zero when `deadline` passed first.
    static func wait(_ entries: inout [pollfd], until deadline: ContinuousClock.Instant?) {
        while true {
            let limit = deadline.map { milliseconds(of: $0 - .now) } ?? -1
            let count = unsafe poll(&entries, nfds_t(entries.count), limit)
            if count > 0 || (count < 0 && errno != EINTR) { return }
            if count == 0, let deadline, ContinuousClock.now >= deadline { return }
        }
    }

    /// Rounds up, so that a wait never ends just before its deadline and spins.
    private static func milliseconds(of duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds) * 1_000
            + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
