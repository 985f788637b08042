public import Topics
public import Wire

/// What happens inside a hub and is worth a log line; it names no person and no
/// payload; of a topic only its family is fit for a log.
public enum HubNote: Sendable, Equatable {
    /// A message was not of the serializer's shape, and was dropped.
    case malformed(MalformedMessage)

    /// A join's payload had fields of the wrong type; their defaults were used.
    case joinFieldsInvalid([String])

    /// A join's checks were passed and its verdict, if it needs one, was asked for.
    case joinAsked(TopicName, isPrivate: Bool)

    /// A join was admitted, so long after it arrived.
    case joined(TopicName, isPrivate: Bool, after: Duration)

    /// A join was refused; the topic is as it came, without `realtime:`.
    case refused(topic: String, isPrivate: Bool, JoinRefusal)

    /// A connection left a channel.
    case left

    /// A channel ended because of what the notice says.
    case cut(SystemNotice)

    /// A channel ended because of what the notice says, so long after what was committed had
    /// changed who may read.
    case revoked(SystemNotice, after: Duration)

    /// A channel was told what becomes of its bindings.
    case changesAnswered(ChangesNotice)

    /// A broadcast was not passed on.
    case broadcastRefused(BroadcastDropReason)

    /// A wish to be present, or not to be any more, was refused.
    case presenceRefused(PresenceRefusal)

    /// A connection would do more than it may, alone or together with others.
    case limitReached(LimitScope, RateKind)

    /// A scope has as many connections as it may.
    case connectionLimitReached(LimitScope)
}

/// Why a broadcast of a connection was not passed on.
public enum BroadcastDropReason: String, Sendable, CaseIterable {
    /// The payload is larger than the limit.
    case tooLarge = "too_large"

    /// The INSERT policies do not let this person send.
    case notAllowed = "not_allowed"

    /// Public channels carry no broadcasts here.
    case publicChannel = "public_channel"

    /// The payload is not an object.
    case malformed

    /// Too many messages waited for the channel's verdict.
    case waitingFull = "waiting_full"

    /// The topic's file does not list the name.
    case nameNotListed = "name_not_listed"

    /// The topic's file allows the channel fewer in a second.
    case overTopicRate = "topic_rate"

    /// It is part of a stream of generated text.
    case tokenStream = "token_stream"

    /// What a sender that asked for an answer is told; nil where nothing is.
    var refusal: BroadcastRefusal? {
        switch self {
        case .tooLarge: .payloadTooLarge
        case .nameNotListed: .nameNotListed
        case .overTopicRate: .rateExceeded
        case .tokenStream: .tokenStream
        case .notAllowed, .publicChannel, .malformed, .waitingFull: nil
        }
    }
}

/// What a hub has counted since it began; whoever exports it takes differences.
public struct HubCounters: Sendable, Equatable {
    /// Channels that are joined now.
    public var channelCount = 0

    /// Topics with at least one subscriber now.
    public var topicCount = 0

    /// Messages received from connections.
    public var messagesReceived = 0

    /// Bytes of these messages.
    public var messageBytesReceived = 0

    /// Broadcasts of connections that were passed on.
    public var broadcastsAccepted = 0

    /// Messages put into connections' queues for a topic.
    public var deliveries = 0

    /// Those of them that were diffs of presence.
    public var presenceDeliveries = 0

    /// Changes put into connections' queues, each for one channel.
    public var changesDelivered = 0

    /// Messages encoded for fan-out: once for each message and serializer in use.
    public var encodings = 0

    /// Joins that wait for their replay now.
    public var replaysWaiting = 0

    /// Messages left out since a replay covers them.
    public var replayOverlaps = 0

    /// Channels that wait now until it is known whether they may go on.
    public var channelsHeld = 0

    /// Bytes that are withheld from channels now.
    public var withheldBytes = 0

    /// Messages that were withheld from channels and dropped, since a later change made it unknown
    /// who might read them.
    public var withheldOvertaken = 0

    /// Messages that were dropped since too much was withheld.
    public var withheldOverLimit = 0

    /// Channels that went on and were told that something may be missing.
    public var holdResyncs = 0

    /// Verdicts asked for anew because of what was committed.
    public var reasksByConcern = 0

    /// Verdicts asked for anew because the rules themselves, or the database, had changed.
    public var reasksByRules = 0

    /// Verdicts asked for anew because it was time.
    public var reasksByTime = 0

    /// Entries that topics kept by this hub show now.
    public var presenceMetas = 0

    /// Calls to track that this hub, as a topic's keeper, carried out.
    public var presenceTracked = 0

    /// Such calls that went on with the entry of a lost connection.
    public var presenceResumed = 0

    /// Diffs of topics that this hub keeps.
    public var presenceDiffs = 0

    /// Diffs that a loop had no room for; its channels get a state instead.
    public var presenceDiffsMissed = 0

    /// States sent to channels.
    public var presenceStates = 0

    /// Starts at zero.
    public init() {}
}
