/// Counts calls against an average rate, letting short bursts through.
struct RateBucket {
    private var level: Double
    private var filledAt: ContinuousClock.Instant?

    /// Starts full: a whole burst is allowed at once.
    init(capacity: Int) {
        level = Double(capacity)
    }

    /// Takes one call out of the bucket, which refills at `perSecond` up to `capacity`; answers
    /// false when it is empty.
    mutating func take(perSecond: Int, capacity: Int, now: ContinuousClock.Instant) -> Bool {
        if let filledAt {
            let elapsed = filledAt.duration(to: now)
            let seconds =
                Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            level = min(Double(capacity), level + max(0, seconds) * Double(perSecond))
        }
        filledAt = now
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
