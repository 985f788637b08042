/// Counts calls against an average rate, letting short bursts through.
package struct RateBucket {
    private var level: Double
    private var filledAt: ContinuousClock.Instant?

    /// Starts full: a whole burst is allowed at once.
    package init(capacity: Int) {
        level = Double(capacity)
    }

    /// How many calls it lets through at once, as of the last look.
    package var available: Int { Int(level) }

    /// Takes calls out of the bucket, which refills at `perSecond` up to `capacity`; answers false
    /// and takes nothing when it has not so many.
    package mutating func take(
        _ count: Int = 1,
        perSecond: Int,
        capacity: Int,
        now: ContinuousClock.Instant
    ) -> Bool {
        if let filledAt {
            let elapsed = filledAt.duration(to: now)
            let seconds =
                Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            level = min(Double(capacity), level + max(0, seconds) * Double(perSecond))
        }
        filledAt = now
        guard level >= Double(count) else { return false }
        level -= Double(count)
        return true
    }
}
