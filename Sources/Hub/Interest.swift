import Locking
public import Topics
import Wire

/// Which loops have subscribers of which topics: what nobody listens to is neither encoded nor
/// posted.
///
/// Loops write to it when a topic gets its first subscriber of a serializer or loses its last;
/// the reader and the other loops look topics up. A loop enters its interest before it answers
/// the join, so whatever is committed after that answer finds it.
public final class Interest: Sendable {
    /// The loops, as a bit each, that want a topic's messages in either serializer.
    public struct Loops: Sendable, Equatable {
        /// Loops with subscribers of serializer 1.
        public internal(set) var v1: UInt64 = 0

        /// Loops with subscribers of serializer 2.
        public internal(set) var v2: UInt64 = 0

        /// Whether nobody wants the topic.
        public var isEmpty: Bool { v1 == 0 && v2 == 0 }

        /// Whether the loop has subscribers of either serializer.
        public func includes(loop: Int) -> Bool { (v1 | v2) & (1 << UInt64(loop)) != 0 }

        /// The same without one loop.
        public func without(loop: Int) -> Loops {
            var others = self
            others.v1 &= ~(1 << UInt64(loop))
            others.v2 &= ~(1 << UInt64(loop))
            return others
        }
    }

    /// How many loops can be told apart.
    public static let loopCountMax = 64

    private let table = Locked<[TopicKey: Loops]>([:])

    /// Starts with nobody interested in anything.
    public init() {}

    /// The loops that want a topic.
    public func loops(of topic: TopicKey) -> Loops {
        table.withLock { table in table[topic] ?? Loops() }
    }

    func set(_ isWanted: Bool, topic: TopicKey, loop: Int, serializer: Serializer) {
        precondition((0..<Self.loopCountMax).contains(loop), "loops are numbered from 0 to 63")
        let bit: UInt64 = 1 << UInt64(loop)
        table.withLock { table in
            var loops = table[topic] ?? Loops()
            switch serializer {
            case .v1: loops.v1 = isWanted ? loops.v1 | bit : loops.v1 & ~bit
            case .v2: loops.v2 = isWanted ? loops.v2 | bit : loops.v2 & ~bit
            }
            table[topic] = loops.isEmpty ? nil : loops
        }
    }
}
