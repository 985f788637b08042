/// What one connection has sent lately; there while something of it still counts.
///
/// Most connections are silent most of the time: beside a heartbeat now and then they keep none of
/// these windows.
final class ConnectionRates {
    var joins = SlidingWindow()
    var messages = SlidingWindow()
    var bytes = SlidingWindow()

    /// Calls to track and untrack.
    var presence = SlidingWindow()

    private var countsUntil: ContinuousClock.Instant

    /// Starts without anything sent.
    init(countsUntil instant: ContinuousClock.Instant) { countsUntil = instant }

    /// Something is about to be counted that is forgotten at an instant.
    func keep(until instant: ContinuousClock.Instant) { countsUntil = max(countsUntil, instant) }

    /// Whether nothing counts any more.
    func isOver(now: ContinuousClock.Instant) -> Bool { countsUntil <= now }
}

extension Connection {
    /// What the connection has sent lately, to count something more in.
    ///
    /// - Parameters:
    ///   - window: The length of the window that it is counted in.
    ///   - time: The present.
    /// - Returns: The windows, made where there are none.
    func rates(within window: Duration, time: HubTime) -> ConnectionRates {
        let end = time.now.advanced(by: SlidingWindow.memory(of: window))
        guard let kept = keptRates else {
            let made = ConnectionRates(countsUntil: end)
            keptRates = made
            return made
        }
        kept.keep(until: end)
        return kept
    }

    /// Forgets what no longer counts.
    func forgetRates(time: HubTime) {
        if keptRates?.isOver(now: time.now) == true { keptRates = nil }
    }
}
