/// One loop's share of what a user, an address, a key or the node may do.
///
/// It takes calls from the ``SharedAllowance`` some at a time, a sixty-fourth of what a window may
/// have, so that the lock there is touched once for many calls; what is over after a second is not
/// used. It belongs to its loop's thread.
final class AllowanceShare {
    let shared: SharedAllowance

    /// Connections of the loop that go by it.
    var connectionCount = 0

    private struct Lease {
        let kind: RateKind
        var left = 0
        var debt = 0
        var takenAt: ContinuousClock.Instant?
        var refusedUntil: ContinuousClock.Instant?
    }

    /// The leases of the kinds that were used; most owners use two or three.
    private var leases: [Lease] = []

    init(_ shared: SharedAllowance) { self.shared = shared }

    /// Takes calls of a kind, all or none; answers false when there would be more than there may.
    func take(_ calls: Int = 1, of kind: RateKind, now: ContinuousClock.Instant) -> Bool {
        let countMax = shared.limits.countMax(kind)
        guard countMax > 0 else { return true }
        let place = place(of: kind)
        var lease = leases[place]
        if lease.left >= calls, let takenAt = lease.takenAt,
            takenAt.duration(to: now) < Self.leaseDuration
        {
            leases[place].left -= calls
            return true
        }
        if let until = lease.refusedUntil, now < until { return false }
        let spare = max(1, countMax / Self.divisor)
        let granted = shared.lease(
            calls...(calls + spare - 1),
            of: kind,
            charging: lease.debt,
            now: now
        )
        lease.debt = 0
        lease.left = (granted ?? calls) - calls
        lease.takenAt = now
        // Whoever is refused one call will be until a slot has gone by; many might have been less.
        let pause = shared.limits.window / SlidingWindow.slotCount
        lease.refusedUntil = granted == nil && calls <= spare ? now.advanced(by: pause) : nil
        leases[place] = lease
        return granted != nil
    }

    /// Notes calls that have happened; the node hears of them with the next that are taken.
    func charge(_ calls: Int, of kind: RateKind, now: ContinuousClock.Instant) {
        guard shared.limits[kind] > 0 else { return }
        let place = place(of: kind)
        leases[place].debt += calls
        let debt = leases[place].debt
        guard debt >= max(1, shared.limits.countMax(kind) / Self.divisor) else { return }
        leases[place].debt = 0
        leases[place].left = 0
        _ = shared.lease(0...0, of: kind, charging: debt, now: now)
    }

    private func place(of kind: RateKind) -> Int {
        if let place = leases.firstIndex(where: { $0.kind == kind }) { return place }
        leases.reserveCapacity(leases.count + 1)
        leases.append(Lease(kind: kind))
        return leases.count - 1
    }

    /// What part of a window's calls a loop takes at a time.
    private static let divisor = 64

    private static let leaseDuration: Duration = .seconds(1)
}
