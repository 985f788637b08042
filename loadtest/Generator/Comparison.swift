internal import LoadChecks

/// Everything that was sent anywhere, to hold against what was received.
struct Comparison {
    /// By topic.
    let sent: [UInt64: [SentCount]]
    /// When to wait no longer, in nanoseconds of the monotonic clock.
    let deadline: UInt64
    /// Whether it has been done.
    var isOver = false
    /// The first channel that is not known to have everything.
    var firstIncomplete = 0
    /// When it makes sense to look again.
    var nextLook: UInt64 = 0

    private let uncertain: [Stream: RangeSet<UInt64>]

    private struct Stream: Hashable {
        var stream: UInt32
        var topic: UInt64
    }

    init(_ sent: [SentCount], deadline: UInt64) {
        self.sent = Dictionary(grouping: sent, by: \.topic)
        self.deadline = deadline
        var uncertain: [Stream: RangeSet<UInt64>] = [:]
        for count in sent where !count.uncertain.isEmpty {
            // A refused message may lie among those that were lost later.
            let ranges = count.uncertain.map { $0.lowerBound..<($0.upperBound + 1) }
            uncertain[Stream(stream: count.stream, topic: count.topic)] = RangeSet(ranges)
        }
        self.uncertain = uncertain
    }

    /// How many of some numbers should have arrived.
    func dueCount(_ hole: Receipts.Hole) -> Int {
        guard let forgiven = uncertain[Stream(stream: hole.stream, topic: hole.topic)] else {
            return hole.numbers.count
        }
        let numbers = hole.numbers.lowerBound..<(hole.numbers.upperBound + 1)
        let lost = forgiven.intersection(RangeSet([numbers]))
        return hole.numbers.count - lost.ranges.reduce(0) { $0 + $1.count }
    }
}
