/// Counts calls within a window of time that ends now.
///
/// The window is cut into eight slots, and what came in a slot is forgotten when the whole slot has
/// left the window. So no window of that length ever has more calls than it may; a call counts for
/// up to an eighth longer than the window. It holds a count for each slot, however many calls there
/// are. See `docs/decisions/0019-limits-by-sliding-windows.md`.
package struct SlidingWindow: Sendable {
    /// How many slots a window is cut into.
    package static let slotCount = 8

    /// The slots of the window and the one that is leaving it.
    private var counts = InlineArray<9, UInt32>(repeating: 0)
    private var newest: UInt8 = 0

    /// All counts together; a window that is shared by many may be charged more than it may have.
    private var total: UInt32 = 0

    /// When the newest slot began; nil before the first call.
    private var began: ContinuousClock.Instant?

    /// For how long a call is remembered at most, in a window of a length.
    package static func memory(of window: Duration) -> Duration {
        window / slotCount * (slotCount + 1)
    }

    /// Starts without any call.
    package init() {}

    /// How many calls the window has.
    package mutating func count(
        within window: Duration,
        now: ContinuousClock.Instant
    ) -> Int {
        advance(window, now)
        return Int(total)
    }

    /// Notes calls, all or none; answers false when the window would have more than it may.
    package mutating func take(
        _ calls: Int = 1,
        of countMax: Int,
        within window: Duration,
        now: ContinuousClock.Instant
    ) -> Bool {
        advance(window, now)
        guard Int(total) + calls <= countMax else { return false }
        note(calls)
        return true
    }

    /// Notes calls that have happened, however many there are.
    package mutating func charge(
        _ calls: Int,
        within window: Duration,
        now: ContinuousClock.Instant
    ) {
        advance(window, now)
        note(calls)
    }

    private mutating func note(_ calls: Int) {
        // Beyond four thousand million it stays full, and is right again once the slots are gone.
        let noted = min(UInt32(clamping: calls), UInt32.max - total)
        counts[Int(newest)] += noted
        total += noted
    }

    /// Lets the slots go by that have ended since the last look.
    private mutating func advance(_ window: Duration, _ now: ContinuousClock.Instant) {
        guard let start = began else {
            began = now
            return
        }
        let slot = window / Self.slotCount
        let elapsed = start.duration(to: now)
        guard elapsed >= slot else { return }
        guard elapsed < slot * counts.count else {
            self = SlidingWindow()
            began = now
            return
        }
        let passed = Int(elapsed / slot)
        for _ in 0..<passed {
            newest = newest + 1 == counts.count ? 0 : newest + 1
            total -= counts[Int(newest)]
            counts[Int(newest)] = 0
        }
        began = start.advanced(by: slot * passed)
    }
}
