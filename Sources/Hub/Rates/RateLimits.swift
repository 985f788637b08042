/// How much all connections of one scope may do together.
public struct RateLimits: Sendable {
    /// Connections at a time; 0 is any number.
    public var connectionCountMax = 0

    /// The window that every rate is averaged over.
    ///
    /// Default 10 s.
    public var window: Duration = .seconds(10)

    private var perSecond = [Int](repeating: 0, count: RateKind.allCases.count)

    /// Starts without any limit.
    public init() {}

    /// The rate of a kind, per second; 0 is any rate.
    public subscript(kind: RateKind) -> Int {
        get { perSecond[kind.rawValue] }
        set { perSecond[kind.rawValue] = newValue }
    }

    /// What a whole window may have of a kind; 0 is any number.
    public func countMax(_ kind: RateKind) -> Int {
        self[kind] * Int(max(1, window.components.seconds))
    }

    /// Whether any of these, or the number of connections, is limited.
    public func limits(_ kinds: [RateKind]) -> Bool {
        connectionCountMax > 0 || kinds.contains { self[$0] > 0 }
    }
}
