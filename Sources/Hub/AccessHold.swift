import Topics
import Wire

/// What is kept back from one channel since a change was committed after which it may not be
/// allowed to read any more.
///
/// Nothing that comes after such a change is sent before the rules have answered, and the stream
/// has caught up with their answer: until then another change may be on its way, and what lies
/// between two changes is nobody's to send, for it is not known who might read it. A join waits in
/// the same way: what was committed before its verdict is not for it. Pure state: no clock, no
/// port.
final class AccessHold {
    /// How far the channel's case is.
    enum Stage {
        /// The question waits for its turn.
        case waiting
        /// The rules have been asked.
        case asked
        /// The channel may go on with this verdict, once the stream has caught up.
        case settled(Verdict)
    }

    /// What a withheld message is about.
    enum Kind {
        /// A broadcast or a change.
        case broadcast
        /// Who is present.
        case presence
        /// News of the gateway's.
        case notice
    }

    /// Something withheld.
    struct Withheld {
        let kind: Kind
        let message: EncodedMessage
        /// Which readers it is meant for; nil for all.
        let audience: ReaderAudience?
    }

    /// When the first of the changes was committed, as far as that is known.
    let committedAt: ContinuousClock.Instant

    var stage = Stage.waiting

    /// The question that counts.
    var question: UInt64

    /// Until when it is waited for the end; nil while nothing was asked yet.
    var deadline: ContinuousClock.Instant?

    /// What is withheld, in order.
    private(set) var withheld: [Withheld] = []

    /// Bytes of it, and what it costs to keep it.
    private(set) var byteCount = 0

    /// Whether something was dropped that the channel might have been allowed to read.
    private(set) var hasMissed = false

    /// Whether something of presence was among it.
    private(set) var hasMissedPresence = false

    /// What a message costs beside its bytes.
    private static let overhead = 64

    /// Begins to withhold.
    ///
    /// - Parameters:
    ///   - question: The question that decides.
    ///   - committedAt: When the change was committed.
    init(question: UInt64, committedAt: ContinuousClock.Instant) {
        self.question = question
        self.committedAt = committedAt
    }

    /// What a message adds to ``byteCount``.
    static func byteCount(of message: EncodedMessage) -> Int { message.byteCount + overhead }

    /// Withholds a message.
    func keep(_ message: EncodedMessage, _ kind: Kind, for audience: ReaderAudience?) {
        withheld.append(Withheld(kind: kind, message: message, audience: audience))
        byteCount += Self.byteCount(of: message)
    }

    /// A message is not even withheld, since there is no room for it.
    func miss(_ kind: Kind) {
        hasMissed = true
        if kind == .presence { hasMissedPresence = true }
    }

    /// Drops what is withheld: it is not known, or will not be, whether the channel might read it.
    ///
    /// - Returns: How many messages those were.
    func drop() -> Int {
        for one in withheld { miss(one.kind) }
        defer {
            withheld = []
            byteCount = 0
        }
        return withheld.count
    }
}

/// The channels that may go on once the reader has read on, in the order of their answers.
///
/// The reader is asked for one such passage at a time; an answer that comes meanwhile waits for the
/// next, which begins after it.
struct Passages {
    /// What is to be done then.
    enum Waiting {
        /// A verdict on a channel that something is withheld from counts.
        case verdict(Channel, question: UInt64)
        /// A replay is shown.
        case replay(question: UInt64, [EncodedMessage], asOf: CommitHorizon)
    }

    private var number: UInt64 = 0
    private var under: [Waiting]?
    private var next: [Waiting] = []

    /// Something waits for the next passage.
    mutating func add(_ waiting: Waiting) { next.append(waiting) }

    /// The passage to ask the reader for now, if any.
    mutating func begin() -> UInt64? {
        guard under == nil, !next.isEmpty else { return nil }
        number += 1
        under = next
        next = []
        return number
    }

    /// A passage is over.
    ///
    /// - Returns: What waited for it.
    mutating func end(_ number: UInt64) -> [Waiting] {
        guard number == self.number, let waiting = under else { return [] }
        under = nil
        return waiting
    }
}
