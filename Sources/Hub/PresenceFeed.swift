/// What a topic's keeper still has to tell the loops: who waits for a state, and which loop missed
/// a diff.
struct PresenceFeed {
    /// Channels that wait for the state, by their loop.
    private(set) var waiting: [Int: [UInt64]] = [:]

    /// Loops whose mailbox had no room for a diff; only a state helps them.
    private(set) var behind: Set<Int> = []

    var isEmpty: Bool { waiting.isEmpty && behind.isEmpty }

    /// The loops that are to get a state, in order.
    var loops: [Int] { Set(waiting.keys).union(behind).sorted() }

    mutating func add(_ channels: [UInt64], on loop: Int) {
        guard !channels.isEmpty else { return }
        waiting[loop, default: []] += channels
    }

    mutating func missed(by loop: Int) { behind.insert(loop) }
}
