/// What one channel has received of each stream: it finds what comes twice, too late or never.
///
/// A stream numbers what it sends to a topic without leaving a number out, so the next number is
/// always known. Pure, and small: a channel that has received nothing holds no memory of its own.
public struct Receipts: Sendable {
    /// What a message's number says.
    public enum Finding: Hashable, Sendable {
        /// It is the next one, or the first of those that the channel is held to.
        case next
        /// It was here already, but a replay may repeat it.
        case repeated
        /// It was here already.
        case duplicate
        /// A later one of its stream was here before.
        case late
        /// So many before it are not here yet.
        case ahead(missingCount: UInt64)
    }

    /// Numbers of a stream that were skipped and have not come since.
    public struct Hole: Hashable, Sendable {
        /// The stream of ``Mark``.
        public var stream: UInt32
        /// The topic of ``Mark``.
        public var topic: UInt64
        /// The numbers.
        public var numbers: ClosedRange<UInt64>

        /// Makes one.
        ///
        /// - Parameters:
        ///   - stream: The stream of ``Mark``.
        ///   - topic: The topic of ``Mark``.
        ///   - numbers: The numbers.
        public init(stream: UInt32, topic: UInt64, numbers: ClosedRange<UInt64>) {
            self.stream = stream
            self.topic = topic
            self.numbers = numbers
        }
    }

    private struct Track: Sendable {
        var stream: UInt32 = 0
        var topic: UInt64 = 0
        /// The first number that the channel is held to.
        var first: UInt64 = 0
        /// The greatest that came; 0 marks a free place.
        var last: UInt64 = 0
    }

    /// A table with open addressing, its size a power of two and at least a quarter of it free.
    private var tracks: [Track] = []
    private var trackCount = 0

    /// Outstanding numbers, in the order in which they were skipped.
    public private(set) var holes: [Hole] = []

    /// Numbers that were skipped when there were too many holes to remember; they count as gaps.
    public private(set) var forgottenCount: UInt64 = 0

    /// Whether streams that are seen for the first time are held to all numbers from 1 on.
    private var isHeldToWriters: Bool
    private var isHeldToSessions: Bool

    static let holeCountMax = 256

    /// Begins with nothing received.
    ///
    /// - Parameter isComplete: Whether everything from number 1 on has to come: the channel was
    ///   joined before anything was sent. Otherwise a stream is held to what follows its first
    ///   message.
    public init(isComplete: Bool) {
        isHeldToWriters = isComplete
        isHeldToSessions = isComplete
    }

    /// Takes note of a message.
    ///
    /// - Parameters:
    ///   - mark: What it carries.
    ///   - isReplayed: Whether the message says that it is a repetition.
    /// - Returns: Whether it was due.
    public mutating func take(_ mark: Mark, isReplayed: Bool) -> Finding {
        let index = place(mark.stream, mark.topic)
        let track = tracks[index]
        guard track.last > 0 else { return begin(mark, at: index) }
        if mark.number == track.last &+ 1 {
            tracks[index].last = mark.number
            return .next
        }
        guard mark.number <= track.last else {
            tracks[index].last = mark.number
            return skip(mark, from: track.last + 1)
        }
        if mark.number < track.first {
            return isReplayed ? .repeated : .late
        }
        if fill(mark) { return .late }
        return isReplayed ? .repeated : .duplicate
    }

    /// The last number that came of a stream.
    ///
    /// - Parameters:
    ///   - stream: The stream of ``Mark``.
    ///   - topic: The topic of ``Mark``.
    /// - Returns: 0 when none came and all from 1 on should have; nil when none came and nobody
    ///   knows whether any should.
    public func last(of stream: UInt32, topic: UInt64) -> UInt64? {
        if !tracks.isEmpty {
            let found = tracks[Self.place(stream, topic, in: tracks.span)].last
            if found > 0 { return found }
        }
        return isHeld(to: stream) ? 0 : nil
    }

    /// Begins anew, since the channel was not joined for a while.
    ///
    /// - Parameter keepsWriters: Whether a replay brings what writers have written meanwhile; what
    ///   sessions broadcast is kept nowhere.
    /// - Returns: Numbers that did not come while the channel was joined and cannot come any more.
    public mutating func rejoin(keepsWriters: Bool) -> [Hole] {
        let lost = holes.filter { !keepsWriters || $0.stream >= Mark.firstSessionStream }
        holes = keepsWriters ? holes.filter { $0.stream < Mark.firstSessionStream } : []
        let old = tracks
        tracks = []
        trackCount = 0
        isHeldToSessions = false
        guard keepsWriters else {
            isHeldToWriters = false
            return lost
        }
        for track in old where track.last > 0 && track.stream < Mark.firstSessionStream {
            let index = place(track.stream, track.topic)
            tracks[index] = track
            trackCount += 1
        }
        return lost
    }

    private func isHeld(to stream: UInt32) -> Bool {
        stream < Mark.firstSessionStream ? isHeldToWriters : isHeldToSessions
    }

    private mutating func begin(_ mark: Mark, at index: Int) -> Finding {
        let isHeld = isHeld(to: mark.stream)
        tracks[index] = Track(
            stream: mark.stream,
            topic: mark.topic,
            first: isHeld ? 1 : mark.number,
            last: mark.number
        )
        trackCount += 1
        return isHeld && mark.number > 1 ? skip(mark, from: 1) : .next
    }

    private mutating func skip(_ mark: Mark, from first: UInt64) -> Finding {
        let numbers = first...(mark.number - 1)
        let count = mark.number - first
        if holes.count < Self.holeCountMax {
            holes.append(Hole(stream: mark.stream, topic: mark.topic, numbers: numbers))
        } else {
            forgottenCount += count
        }
        return .ahead(missingCount: count)
    }

    /// Takes a number out of the holes; answers whether it was in one.
    private mutating func fill(_ mark: Mark) -> Bool {
        let found = holes.firstIndex {
            $0.stream == mark.stream && $0.topic == mark.topic && $0.numbers.contains(mark.number)
        }
        guard let index = found else { return false }
        let hole = holes.remove(at: index)
        if mark.number < hole.numbers.upperBound {
            var rest = hole
            rest.numbers = (mark.number + 1)...hole.numbers.upperBound
            holes.insert(rest, at: index)
        }
        if mark.number > hole.numbers.lowerBound {
            var rest = hole
            rest.numbers = hole.numbers.lowerBound...(mark.number - 1)
            holes.insert(rest, at: index)
        }
        return true
    }

    /// Where a stream's track is or would be; makes room for one more first.
    private mutating func place(_ stream: UInt32, _ topic: UInt64) -> Int {
        if trackCount * 4 >= tracks.count * 3 { grow() }
        return Self.place(stream, topic, in: tracks.span)
    }

    private mutating func grow() {
        let old = tracks
        tracks = Array(repeating: Track(), count: max(4, old.count * 2))
        for track in old where track.last > 0 {
            tracks[Self.place(track.stream, track.topic, in: tracks.span)] = track
        }
    }

    private static func place(_ stream: UInt32, _ topic: UInt64, in tracks: Span<Track>) -> Int {
        let mask = tracks.count - 1
        // Streams of sessions lie 16 apart: a multiplication spreads them over the upper bits.
        let mixed = (UInt64(stream) ^ topic) &* 0x9E37_79B9_7F4A_7C15
        var index = Int(truncatingIfNeeded: mixed >> 32) & mask
        while tracks[index].last > 0,
            tracks[index].stream != stream || tracks[index].topic != topic
        {
            index = (index + 1) & mask
        }
        return index
    }
}
