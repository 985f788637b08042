/// Channels that the rules are to be asked about anew, so many at a time.
///
/// A change of a rule, or one that concerns every member, asks about all channels of a loop. The
/// line keeps them from taking all the room that joins wait in.
struct ReaskLine {
    private let countMax: Int
    private var urgent = Line()
    private var others = Line()
    private var asked: Set<UInt64> = []

    /// Channels in order; who has left meanwhile stays until it is his turn.
    private struct Line {
        var channels: [Channel] = []
        var first = 0

        mutating func next() -> Channel? {
            guard first < channels.count else { return nil }
            defer {
                first += 1
                if first == channels.count {
                    channels = []
                    first = 0
                }
            }
            return channels[first]
        }
    }

    /// An empty line; so many questions may wait for their answers.
    init(countMax: Int) { self.countMax = countMax }

    /// Whether another question may be asked now.
    var hasRoom: Bool { asked.count < countMax }

    /// A channel that something is withheld from goes before all others.
    mutating func add(_ channel: Channel) { urgent.channels.append(channel) }

    /// All channels there are, in place of those that wait without anything being withheld.
    mutating func replace(with channels: ContiguousArray<Channel>) {
        others = Line(channels: Array(channels))
    }

    /// Whose turn it is, while another question may be asked.
    mutating func next() -> Channel? {
        guard hasRoom else { return nil }
        return urgent.next() ?? others.next()
    }

    /// A question was asked.
    mutating func ask(_ question: UInt64) { asked.insert(question) }

    /// A question was answered, overtaken or not.
    ///
    /// - Returns: Whether it was one of the line.
    mutating func answered(_ question: UInt64) -> Bool {
        guard !asked.isEmpty else { return false }
        return asked.remove(question) != nil
    }
}
