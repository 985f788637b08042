import Locking

/// What one user, address or key, or the node, has used of what it may, on all loops together.
///
/// Loops come here for many calls at a time, by their ``AllowanceShare``; handshakes and requests
/// for each.
public final class SharedAllowance: Sendable {
    /// Whose it is.
    public let scope: LimitScope

    package let limits: RateLimits

    private struct Used {
        /// The windows of the kinds that were used; most owners use two or three.
        var windows: [(kind: RateKind, window: SlidingWindow)] = []
        var connectionCount = 0
        var memberCount = 0
        var usedAt: ContinuousClock.Instant?

        /// Where the window of a kind is.
        mutating func place(of kind: RateKind) -> Int {
            if let place = windows.firstIndex(where: { $0.kind == kind }) { return place }
            windows.reserveCapacity(windows.count + 1)
            windows.append((kind, SlidingWindow()))
            return windows.count - 1
        }
    }

    private let used = Locked(Used())

    /// Starts with nothing used.
    public init(_ scope: LimitScope, _ limits: RateLimits) {
        self.scope = scope
        self.limits = limits
    }

    /// Notes calls, all or none; answers false when there would be more than there may.
    public func take(_ calls: Int = 1, of kind: RateKind, now: ContinuousClock.Instant) -> Bool {
        let countMax = limits.countMax(kind)
        guard countMax > 0 else { return true }
        return lease(calls...calls, of: kind, charging: 0, now: now) != nil
    }

    /// Notes calls ahead of time, as many of a range as there is room for.
    ///
    /// - Parameters:
    ///   - calls: How many are needed, and how many are wanted.
    ///   - kind: What of.
    ///   - debt: Calls that have happened meanwhile; they are noted whatever comes of the rest.
    ///   - now: What time it is.
    /// - Returns: How many were noted ahead; nil when there is no room for those that are needed.
    func lease(
        _ calls: ClosedRange<Int>,
        of kind: RateKind,
        charging debt: Int,
        now: ContinuousClock.Instant
    ) -> Int? {
        let countMax = limits.countMax(kind)
        let window = limits.window
        return used.withLock { used in
            used.usedAt = now
            let place = used.place(of: kind)
            if debt > 0 { used.windows[place].window.charge(debt, within: window, now: now) }
            let count = used.windows[place].window.count(within: window, now: now)
            let granted = min(calls.upperBound, countMax - count)
            guard granted >= calls.lowerBound else { return nil }
            used.windows[place].window.charge(granted, within: window, now: now)
            return granted
        }
    }

    /// How many calls of a kind the window has.
    public func count(of kind: RateKind, now: ContinuousClock.Instant) -> Int {
        let window = limits.window
        return used.withLock { used in
            let place = used.place(of: kind)
            return used.windows[place].window.count(within: window, now: now)
        }
    }

    /// Whether one more connection may come.
    public var hasRoom: Bool {
        limits.connectionCountMax == 0
            || used.withLock { $0.connectionCount } < limits.connectionCountMax
    }

    /// Whether one more connection may join, and so become one that has a channel.
    public var hasRoomForMember: Bool {
        limits.connectionCountMax == 0
            || used.withLock { $0.memberCount } < limits.connectionCountMax
    }

    /// A connection has come, or gone.
    func connected(_ isOpen: Bool) { used.withLock { $0.connectionCount += isOpen ? 1 : -1 } }

    /// Counts a connection that joins for the first time; answers false when there are as many as
    /// may be.
    func addMember() -> Bool {
        let countMax = limits.connectionCountMax
        return used.withLock { used in
            guard countMax == 0 || used.memberCount < countMax else { return false }
            used.memberCount += 1
            return true
        }
    }

    /// A connection that had joined is gone.
    func removeMember() { used.withLock { $0.memberCount -= 1 } }

    /// Notes that somebody is about to use it.
    func touch(_ now: ContinuousClock.Instant) { used.withLock { $0.usedAt = now } }

    /// Whether forgetting it would change nothing: nobody is connected, and the window is empty.
    func isIdle(_ now: ContinuousClock.Instant) -> Bool {
        // A slot is forgotten as a whole, so the window takes up to an eighth longer to be empty.
        let span = limits.window + limits.window / SlidingWindow.slotCount
        return used.withLock { used in
            guard used.connectionCount == 0, let usedAt = used.usedAt else { return false }
            return usedAt.duration(to: now) >= span
        }
    }
}
