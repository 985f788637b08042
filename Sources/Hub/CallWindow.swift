/// Counts calls within a window that ends now.
struct CallWindow {
    private var calls: [ContinuousClock.Instant] = []

    /// Notes a call; answers false, noting nothing, when the window has as many as it may.
    mutating func take(
        countMax: Int,
        window: Duration,
        now: ContinuousClock.Instant
    ) -> Bool {
        if let first = calls.first, first + window <= now {
            calls.removeFirst(calls.prefix { $0 + window <= now }.count)
        }
        guard calls.count < countMax else { return false }
        calls.append(now)
        return true
    }
}
