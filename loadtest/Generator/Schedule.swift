/// What is to be done when, for thousands of sessions: a heap by time.
///
/// Pure: whoever asks says what time it is.
struct Schedule {
    /// One thing to be done.
    struct Entry: Hashable {
        /// Nanoseconds of the monotonic clock.
        var due: UInt64
        /// The session's place in the generator.
        var session: UInt32
        /// The connection of the session that it is meant for; what is over passes by.
        var epoch: UInt16
        /// What is to be done.
        var duty: Duty
        /// The place of the action, or of the channel.
        var place: UInt8
    }

    /// Kinds of things to be done.
    enum Duty: UInt8 {
        /// Begin to connect.
        case connect
        /// Give up a handshake or a close that nobody answers.
        case giveUp
        /// Join a channel, again.
        case join
        /// Give up a join that nobody answers.
        case giveUpJoin
        /// Send a heartbeat.
        case heartbeat
        /// Do what the population's plan says.
        case act
        /// Read again.
        case resume
    }

    private var entries: [Entry] = []

    /// The time of the first; nil when nothing is to be done.
    var firstDue: UInt64? { entries.first?.due }

    /// The number of things to be done.
    var count: Int { entries.count }

    /// Adds one.
    mutating func add(_ entry: Entry) {
        var index = entries.count
        entries.append(entry)
        while index > 0 {
            let above = (index - 1) / 2
            guard entry.due < entries[above].due else { break }
            entries[index] = entries[above]
            index = above
        }
        entries[index] = entry
    }

    /// Takes the first out if its time has come.
    ///
    /// - Parameter now: Nanoseconds of the monotonic clock.
    /// - Returns: Nil when nothing is due.
    mutating func take(dueBy now: UInt64) -> Entry? {
        guard let first = entries.first, first.due <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        var index = 0
        while true {
            var below = 2 * index + 1
            guard below < entries.count else { break }
            if below + 1 < entries.count, entries[below + 1].due < entries[below].due { below += 1 }
            guard entries[below].due < last.due else { break }
            entries[index] = entries[below]
            index = below
        }
        entries[index] = last
        return first
    }
}
