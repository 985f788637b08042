/// What used up its time, and until when it is not asked again.
///
/// The first time costs a second, each further time twice as long, up to a limit. So a pattern that
/// takes forever costs everybody else one time limit now and then, not one for every change.
struct Penalties<Key: Hashable> {
    private struct Penalty {
        var endsAt: ContinuousClock.Instant
        var length: Duration
    }

    let lengthMax: Duration
    private var penalties: [Key: Penalty] = [:]

    /// Starts with none.
    ///
    /// - Parameter lengthMax: The longest; zero for none at all.
    init(lengthMax: Duration) {
        self.lengthMax = lengthMax
    }

    /// How many are remembered.
    var count: Int { penalties.count }

    /// Whether `key` is not to be asked now.
    func applies(to key: Key, now: ContinuousClock.Instant) -> Bool {
        guard !penalties.isEmpty, let penalty = penalties[key] else { return false }
        return now < penalty.endsAt
    }

    /// Notes that `key` has used up its time.
    mutating func add(_ key: Key, now: ContinuousClock.Instant) {
        let length = min(penalties[key].map { $0.length * 2 } ?? Self.first, lengthMax)
        if penalties.count >= Self.countMax, penalties[key] == nil {
            penalties = penalties.filter { now < $0.value.endsAt }
            // Full of those that still apply: beginning anew costs each of them one time limit.
            if penalties.count >= Self.countMax { penalties.removeAll() }
        }
        penalties[key] = Penalty(endsAt: now + length, length: length)
    }

    /// Notes that `key` was answered in time.
    mutating func forgive(_ key: Key) {
        guard !penalties.isEmpty else { return }
        penalties[key] = nil
    }

    static var countMax: Int { 10_000 }
    private static var first: Duration { .seconds(1) }
}
