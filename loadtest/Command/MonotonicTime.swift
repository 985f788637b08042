/// The clock that all processes of the machine have in common.
enum MonotonicTime {
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    static var now: UInt64 {
        let clock = SuspendingClock()
        let (seconds, attoseconds) = (clock.now - clock.systemEpoch).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

extension Duration {
    /// As nanoseconds, 0 for less than nothing.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard self > .zero else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
