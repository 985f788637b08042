import Locking

/// The allowances of all users, addresses and keys that a node knows, and its own.
///
/// Who has no connection and an empty window is forgotten. Over ``ownerCountMax`` nobody new is let
/// in until somebody can be.
public final class AllowanceBook: Sendable {
    /// Users, addresses and keys that are remembered, together.
    public static let ownerCountMax = 100_000

    /// Whose connections are counted together.
    public enum Owner: Hashable, Sendable {
        /// A token's `sub`.
        case user(String)

        /// An address, or the network that one customer has for certain.
        case address(String)

        /// What a token or a key hashes to.
        case key(Int)

        var scope: LimitScope {
            switch self {
            case .user: .user
            case .address: .address
            case .key: .key
            }
        }
    }

    private struct Table {
        var allowances: [Owner: SharedAllowance] = [:]
        /// At how many it is looked who can be forgotten; each look has as many new ones behind it
        /// as it looks at.
        var sweepCount = 1_024
        var sweptAt: ContinuousClock.Instant?
    }

    /// The node's own allowance.
    public let node: SharedAllowance

    private let limits: [LimitScope: RateLimits]
    private let table = Locked(Table())

    /// Starts with nobody known.
    ///
    /// - Parameter limits: What each scope may do; without any for what is not there.
    public init(_ limits: [LimitScope: RateLimits]) {
        self.limits = limits
        node = SharedAllowance(.node, limits[.node] ?? RateLimits())
    }

    /// How many users, addresses and keys are remembered.
    public var ownerCount: Int { table.withLock { $0.allowances.count } }

    /// Whether connections of a scope are limited in any of these.
    public func limits(_ scope: LimitScope, _ kinds: [RateKind]) -> Bool {
        limits[scope]?.limits(kinds) == true
    }

    /// The allowance of one owner; nil when too many others are remembered.
    public func allowance(
        of owner: Owner,
        now: ContinuousClock.Instant
    ) -> SharedAllowance? {
        table.withLock { table in
            if let known = table.allowances[owner] {
                known.touch(now)
                return known
            }
            if table.allowances.count >= table.sweepCount { Self.sweep(&table, now) }
            guard table.allowances.count < Self.ownerCountMax else { return nil }
            let made = SharedAllowance(owner.scope, limits[owner.scope] ?? RateLimits())
            made.touch(now)
            table.allowances[owner] = made
            return made
        }
    }

    /// Forgets who is idle, at most once a second where there is nobody to forget.
    private static func sweep(_ table: inout Table, _ now: ContinuousClock.Instant) {
        if let sweptAt = table.sweptAt, sweptAt.duration(to: now) < .seconds(1) { return }
        table.sweptAt = now
        table.allowances = table.allowances.filter { !$0.value.isIdle(now) }
        table.sweepCount = min(ownerCountMax, max(1_024, table.allowances.count * 2))
    }
}
