public import Topics
public import Wire

/// Names a connection of one loop; the loop chooses the numbers and never uses one twice.
public struct ConnectionNumber: Hashable, Sendable {
    /// The number as the loop knows it.
    public let rawValue: UInt64

    /// Takes the loop's number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a channel needs to know before it may carry anything.
public struct AccessQuestion: Sendable {
    /// Which of the hub's questions this is; the answer names it again.
    public let number: UInt64

    /// The connection whose channel waits.
    public let connection: ConnectionNumber

    /// The topic asked about.
    public let topic: TopicName

    /// Who asks.
    public let caller: Caller

    /// Whether only an answer counts that is found out from now on.
    public let isFresh: Bool
}

/// What came of a question.
public enum AccessAnswer: Sendable {
    /// The rules were evaluated.
    case verdict(Verdict)

    /// The rules could not be evaluated; the refusal says why.
    case unavailable(JoinRefusal)
}

/// What a channel wants of what was sent before it was joined.
public struct ReplayQuestion: Sendable {
    /// Which of the hub's questions this is; the answer names it again.
    public let number: UInt64

    /// The topic, whose private side is meant.
    public let topic: TopicName

    /// Since when, in milliseconds since 1970.
    public let sinceMilliseconds: Int64

    /// How many messages at most: the newest.
    public let countMax: Int

    /// The class of readers that the channel belongs to.
    public let readerClass: String?

    /// What the messages are to be encoded for.
    public let serializer: Serializer

    /// The channel's reference, which the messages carry.
    public let joinRef: JSONText

    /// When the hub waits no longer for the answer.
    public let deadline: ContinuousClock.Instant
}

/// What came of a ``ReplayQuestion``.
public enum ReplayAnswer: Sendable {
    /// What was sent before, encoded for the channel and in order, as of an instant after the
    /// question was asked.
    case messages([EncodedMessage], asOf: CommitHorizon)

    /// It could not be read; the refusal says why.
    case unavailable(JoinRefusal)
}

/// A broadcast as other loops of this node need it: encoded, once for each serializer in use there.
public struct RelayedBroadcast: Sendable {
    /// The topic, and whether its private or its public side.
    public let topic: TopicKey

    /// The message for connections of serializer 1, where another loop has any.
    public let v1: EncodedMessage?

    /// The message for connections of serializer 2, where another loop has any.
    public let v2: EncodedMessage?

    /// The transaction that wrote it to the outbox; nil for what connections and requests send.
    public let transaction: UInt64?

    /// The readers that it is meant for; nil for everybody on the topic.
    public let audience: ReaderAudience?

    /// Puts together what one topic's subscribers get.
    public init(
        topic: TopicKey,
        v1: EncodedMessage?,
        v2: EncodedMessage?,
        transaction: UInt64? = nil,
        audience: ReaderAudience? = nil
    ) {
        self.audience = audience
        self.topic = topic
        self.transaction = transaction
        self.v1 = v1
        self.v2 = v2
    }

    /// Whether any of these loops gets something of it.
    public func isFor(_ loops: Interest.Loops) -> Bool { self.loops(of: loops) != 0 }

    /// Whether one of these loops gets something of it.
    ///
    /// - Parameters:
    ///   - loops: The loops that want the topic, and in which serializers.
    ///   - loop: The loop's number.
    /// - Returns: Whether the loop has subscribers of a serializer that the broadcast is there for.
    public func isFor(_ loops: Interest.Loops, loop: Int) -> Bool {
        self.loops(of: loops) & (1 << UInt64(loop)) != 0
    }

    private func loops(of loops: Interest.Loops) -> UInt64 {
        (v1 == nil ? 0 : loops.v1) | (v2 == nil ? 0 : loops.v2)
    }

    /// What it weighs in a mailbox, in bytes.
    public var byteCount: Int {
        64 + topic.name.text.utf8.count + (v1?.byteCount ?? 0) + (v2?.byteCount ?? 0)
    }
}

/// What the hub does to the world outside; every call is made on the hub's own thread.
public protocol HubPort: AnyObject {
    /// Queues a message for one connection.
    func send(_ message: EncodedMessage, to connection: ConnectionNumber)

    /// Begins to close a connection; ``Hub/closed(_:)`` follows when it is gone.
    func close(_ connection: ConnectionNumber, code: CloseCode, reason: String)

    /// Ends a connection's transport, without a close frame.
    func drop(_ connection: ConnectionNumber)

    /// Asks the database's rules; ``Hub/answered(_:connection:topic:_:time:)`` brings the answer.
    func ask(_ question: AccessQuestion)

    /// Has the reader read on: ``Hub/caughtUp(_:time:)`` comes after everything that had been
    /// committed before this call.
    func catchUp(_ number: UInt64)

    /// Asks what was sent before; ``Hub/replayed(_:_:time:)`` brings the answer.
    func replay(_ question: ReplayQuestion)

    /// How many bytes may be sent to a connection now, without its queue being full.
    func freeByteCount(of connection: ConnectionNumber) -> Int

    /// Asks for changes of the database.
    ///
    /// ``Hub/changesAnswered(_:channel:generation:)`` says what came of it, and
    /// ``Hub/deliverChange(_:to:)`` brings them.
    func follow(_ wish: ChangesWish)

    /// A channel wants no changes any more.
    func unfollow(_ channel: UInt64)

    /// Hands a broadcast to the other loops that have subscribers of its topic.
    func relay(_ broadcast: RelayedBroadcast)

    /// Brings a letter about presence to another loop of the node.
    ///
    /// - Parameters:
    ///   - letter: For ``Hub/receive(_:)`` there, after all letters brought before.
    ///   - loop: The other loop.
    ///   - mustArrive: Whether it is kept where there is no room, too, since the number of such
    ///     letters is bounded elsewhere.
    /// - Returns: Whether it was kept.
    func carry(_ letter: PresenceLetter, to loop: Int, mustArrive: Bool) -> Bool

    /// 64 random bits.
    func randomBits() -> UInt64

    /// Verifies a token; `like` is the identity whose kept request headers it goes with.
    func verify(_ token: String, like: Identity, time: HubTime) -> Result<Identity, JoinRefusal>

    /// Whether what is committed reaches this hub: the reader is in touch and has caught up.
    var isCaughtUp: Bool { get }

    /// Tells what is worth logging.
    func note(_ note: HubNote)
}
