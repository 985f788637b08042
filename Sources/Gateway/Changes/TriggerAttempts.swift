/// When the same statements are tried again that bring triggers in step.
///
/// They fail while a table is busy, or because the login may not; trying them at each look at the
/// catalog would only fill the log.
struct TriggerAttempts {
    /// What failed is tried again after this time.
    static let interval: Duration = .seconds(60)

    private var last: (sql: String, at: ContinuousClock.Instant)?

    /// Whether statements are others than the last ones that were tried, or those were so long ago.
    ///
    /// - Parameters:
    ///   - sql: The statements; tried now where the answer is yes.
    ///   - now: What time it is.
    /// - Returns: Whether to try them now.
    mutating func isDue(_ sql: String, now: ContinuousClock.Instant) -> Bool {
        if let last, last.sql == sql, last.at.duration(to: now) < Self.interval { return false }
        last = (sql, now)
        return true
    }
}
