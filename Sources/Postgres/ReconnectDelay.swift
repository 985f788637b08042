/// How long to wait before the next attempt to connect.
///
/// The bound doubles with each failure. Each delay is drawn from the upper half below the bound, so
/// that nodes which lost the same database do not come back in one instant.
public struct ReconnectDelay: Sendable {
    private let min: Duration
    private let max: Duration
    private var bound: Duration

    /// Starts with no failure seen.
    ///
    /// - Parameters:
    ///   - min: The bound of the first delay. Default 0.1 s; must be more than zero.
    ///   - max: The bound that is never passed. Default 5 s; at least `min`.
    public init(min: Duration = .milliseconds(100), max: Duration = .seconds(5)) {
        precondition(min > .zero && max >= min, "a delay needs 0 < min <= max")
        self.min = min
        self.max = max
        bound = min
    }

    /// Takes the delay after one more failure.
    ///
    /// - Parameter generator: Where the jitter comes from; a seeded one makes tests repeatable.
    /// - Returns: At least half the bound and at most the bound.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let share = Double.random(in: 0.5...1, using: &generator)
        defer { bound = Swift.min(bound * 2, max) }
        return bound * share
    }

    /// Forgets the failures; call it once a connection has proved good.
    public mutating func reset() {
        bound = min
    }
}
