/// What the clocks said when a turn began.
///
/// The hub reads no clock itself: whoever calls it says what time it is.
public struct HubTime: Sendable {
    /// A clock that never jumps, for rates and deadlines.
    public let now: ContinuousClock.Instant

    /// Seconds since 1970 by the wall clock, for the expiry of tokens.
    public let unixSeconds: Int64

    /// Puts the two clocks' readings together.
    public init(now: ContinuousClock.Instant, unixSeconds: Int64) {
        self.now = now
        self.unixSeconds = unixSeconds
    }
}
