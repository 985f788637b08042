internal import Glibc

/// The system's clock that only goes forward, the same one for all processes of a machine.
public enum MonotonicTime {
    /// Nanoseconds since some moment that holds until the machine starts again.
    public static var nanoseconds: UInt64 {
        var time = timespec()
        // It fails only for clocks that do not exist.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The time of another clock's instant, as far as both can be read at once.
    static func nanoseconds(at instant: ContinuousClock.Instant) -> UInt64 {
        let (seconds, attoseconds) = (instant - .now).components
        let left = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        let now = nanoseconds
        guard left > 0 else { return now - min(now, UInt64(min(-left, 1e18))) }
        return now + UInt64(min(left, 1e18))
    }
}
