import Topics
import Wire

/// One connection's membership of one topic, with what its join asked for.
final class Channel {
    unowned let connection: Connection

    /// Its number on this loop, never used twice.
    let number: UInt64
    let key: TopicKey
    let wireTopic: ExactText
    let joinRef: JSONText
    let joinReplyRef: JSONText
    let wantsAck: Bool
    let wantsOwn: Bool
    let wantsReplicationNotice: Bool
    let bindings: [JSONText]
    let askedAt: ContinuousClock.Instant
    var identity: Identity
    var membership: Membership

    /// What the join wants of what was sent before.
    let replay: ReplayWish?

    /// Keeps past and present in order; nil for a channel that nothing is replayed to.
    var border: ReplayBorder? { didSet { isGated = border != nil || hold != nil } }

    /// What is withheld while it is asked whether the channel may go on; nil while that is known.
    var hold: AccessHold? { didSet { isGated = border != nil || hold != nil } }

    /// Whether there is a border or a hold, so that a message may not simply be sent.
    private(set) var isGated = false

    /// Where it stands in the index of private channels; nil while it is not in it.
    var standing: MemberIndex.Standing?

    /// When the rules last said that it may go on.
    var checkedAt: ContinuousClock.Instant

    /// Messages that came before the join's answer; they are carried out in order once it is
    /// there.
    var waiting: [InboundMessage] = []

    /// What it shows of itself, and what it is told of others.
    var presence: ChannelPresence

    /// What the file of its topic says; nil where no file is about it.
    var rules: FamilyRules?

    /// Whether it is one of the channels that its topic may have so many of.
    var isCounted = false

    /// What it has sent of late; nil until it sends something that is counted.
    var sending: ChannelSending?

    /// The last wish to hear of the database's changes; nil while there is none.
    var changes: UInt64?

    /// Where the channel stands in its topic's subscriber list; nil while it is not in it.
    var place: Int?

    init(
        connection: Connection,
        number: UInt64,
        key: TopicKey,
        message: InboundMessage,
        payload: JoinPayload,
        identity: Identity,
        membership: Membership,
        presence: ChannelPresence,
        time: HubTime
    ) {
        self.connection = connection
        self.number = number
        self.presence = presence
        self.key = key
        self.identity = identity
        self.membership = membership
        wireTopic = ExactText(message.topic)
        joinRef = message.joinRef == .null ? message.ref : message.joinRef
        // Most libraries send the same twice: one array then.
        joinReplyRef = message.ref == joinRef ? joinRef : message.ref
        wantsAck = payload.broadcastAck
        wantsOwn = payload.broadcastSelf
        wantsReplicationNotice = payload.replicationReady
        bindings = payload.bindings
        replay = payload.replay
        askedAt = time.now
        checkedAt = time.now
    }

    /// Whether the join still waits for its answer: for the verdict, or for the replay after it.
    var isJoining: Bool { membership.isJoining || border?.isHolding == true }
}
