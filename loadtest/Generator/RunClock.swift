internal import LoadResults

/// The times of a run, and when which of its seconds is over.
struct RunClock {
    /// When traffic begins; unknown until the order to begin, like the other times.
    private(set) var beginAt = UInt64.max
    /// What was to be sent from then on is measured.
    private(set) var measureFrom = UInt64.max
    /// What was to be sent from then on is not measured any more; nothing is sent.
    private(set) var measureUntil = UInt64.max

    /// When the current second is over.
    private(set) var nextTick: UInt64

    private let startedAt: UInt64
    private let rampSeconds: Int

    static let secondLength: UInt64 = 1_000_000_000

    /// Starts with the ramp.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds of the monotonic clock, as all times here.
    ///   - rampSeconds: How long making connections takes by the plan.
    init(now: UInt64, rampSeconds: Int) {
        startedAt = now
        self.rampSeconds = rampSeconds
        nextTick = now + Self.secondLength
    }

    /// The times are known.
    mutating func begin(at: UInt64, measureFrom: UInt64, measureUntil: UInt64, now: UInt64) {
        beginAt = at
        self.measureFrom = measureFrom
        self.measureUntil = measureUntil
        // Seconds begin with the traffic from now on.
        let left = at > now ? (at - now) % Self.secondLength : 0
        nextTick = now + (left > 0 ? left : Self.secondLength)
    }

    /// Whether the times are known and traffic is to be made.
    func hasTraffic(at now: UInt64) -> Bool { now >= beginAt && now < measureUntil }

    /// Whether what was to be sent then is measured.
    func measures(_ sentAt: UInt64) -> Bool { sentAt >= measureFrom && sentAt < measureUntil }

    /// The number of the current second.
    ///
    /// Nobody knows before the order when traffic will begin: by the plan the ramp takes so many
    /// seconds, and if it takes longer, the rest counts for its last one.
    var second: Int {
        let start = nextTick - Self.secondLength
        guard beginAt != .max else {
            let elapsed = start > startedAt ? Int((start - startedAt) / Self.secondLength) : 0
            return min(-1, elapsed - rampSeconds)
        }
        guard start >= beginAt else {
            return -Int((beginAt - start + Self.secondLength - 1) / Self.secondLength)
        }
        return Int((start - beginAt) / Self.secondLength)
    }

    /// Whether the current second belongs to the measurement.
    var isMeasured: Bool {
        let start = nextTick - Self.secondLength
        return beginAt != .max && start >= beginAt && measures(start)
    }

    /// Goes on to the second in which `now` is.
    mutating func advance(to now: UInt64) {
        while nextTick <= now { nextTick += Self.secondLength }
    }
}
