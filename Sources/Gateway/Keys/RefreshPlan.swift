/// When keys are read again: pure, so that its tests need no clock.
struct RefreshPlan {
    /// How long after a success.
    let interval: Duration

    /// How long after any attempt at least, where it is a token that asks.
    let spacing: Duration

    /// When to read next.
    private(set) var dueAt: ContinuousClock.Instant

    private var attemptedAt: ContinuousClock.Instant?
    private var failureCount = 0

    init(interval: Duration, spacing: Duration, dueAt: ContinuousClock.Instant) {
        self.interval = interval
        self.spacing = spacing
        self.dueAt = dueAt
    }

    /// A token named a key that is not there: read sooner, but not too soon after the last time.
    mutating func missed(at now: ContinuousClock.Instant) {
        let soonest = attemptedAt.map { max(now, $0 + spacing) } ?? now
        dueAt = min(dueAt, soonest)
    }

    /// Keys were read, or could not be: after failures the pauses grow from a second.
    mutating func attempted(isWell: Bool, at now: ContinuousClock.Instant) {
        attemptedAt = now
        failureCount = isWell ? 0 : min(failureCount + 1, Self.failureCountMax)
        dueAt = now + (isWell ? interval : min(interval, .seconds(1 << (failureCount - 1))))
    }

    private static let failureCountMax = 17
}
