import Presence
import Topics
public import Wire

/// The connections, channels and subscribers of one loop.
///
/// A hub is confined to its loop's thread. It knows no socket, no SQL and no clock: what happens
/// comes in as calls, what is to be done goes out through its ``HubPort``, and the time comes with
/// every call. A message is encoded once for each serializer in use, however many subscribers it
/// has.
public final class Hub {
    /// Which loop this hub serves, from 0.
    public let loop: Int

    /// What the hub has counted since it began.
    public internal(set) var counters = HubCounters()

    let limits: HubLimits

    /// What this loop has of the node's allowance, and of those that its connections go by.
    let nodeShare: AllowanceShare
    var shares: [ObjectIdentifier: AllowanceShare] = [:]
    let interest: Interest
    unowned let port: any HubPort
    var connections: [ConnectionNumber: Connection] = [:]
    var subscribers: [TopicKey: SubscriberList] = [:]
    var questionCount: UInt64 = 0

    /// Deliveries that have been counted against the node's rates.
    var charged = (broadcasts: 0, presences: 0)
    var isDraining = false

    /// How many loops the node has, over which the keeping of presence is spread.
    let loopCount: Int

    /// The channels that want to hear of the database's changes, by their numbers.
    var changeChannels: [UInt64: Channel] = [:]

    /// The channels that have to do with presence, by their numbers.
    var presenceChannels: [UInt64: Channel] = [:]

    /// The channels that wait for their replay, by the question that it answers.
    var replaying: [UInt64: Channel] = [:]

    /// The private channels by their topics, those that wait for their first verdict among them.
    var members = MemberIndex()

    /// The channels that something is withheld from, by their numbers.
    var held: [UInt64: Channel] = [:]

    /// The channels that the rules are to be asked about anew.
    var reasking: ReaskLine

    /// The channels that wait until the reader has read on.
    var passages = Passages()

    /// Which of the private channels was looked at last, to see whether to ask about it anew.
    var lookedAt = 0

    /// Whether somebody was asked about while the reader was not in touch.
    var hasUnwatched = false

    /// Who is present in the topics that this loop keeps.
    var presenceBook: PresenceBook

    /// What this loop, as a topic's keeper, still has to tell others, and in which order.
    var presenceFeeds: [TopicKey: PresenceFeed] = [:]
    var fedTopics: [TopicKey] = []

    /// What topic files say, and the same for each family as channels refer to it.
    var contract = TopicContract.none
    var families: [String: FamilyRules] = [:]

    /// How many channels the topics have, where their files limit them; shared by all hubs.
    let channelCounts: ChannelCounts

    /// The texts that requests send.
    var requestStreams = RequestStreams()

    /// Channels that asked to be told when the way from the database stands, and since when.
    var awaitingReplication: [(channel: Channel, since: ContinuousClock.Instant)] = []

    /// Makes an empty hub.
    ///
    /// - Parameters:
    ///   - loop: Which loop it serves; 0 to 63, one hub each.
    ///   - loopCount: How many loops, and so hubs, the node has. Default 1.
    ///   - limits: What one connection may make it hold or do.
    ///   - allowance: What the node may do, shared by all hubs. Default anything.
    ///   - interest: Shared by all hubs of the node.
    ///   - channelCounts: Shared by all hubs of the node. Default its own.
    ///   - port: Carries out what the hub decides; it must outlive the hub.
    public init(
        loop: Int,
        of loopCount: Int = 1,
        limits: HubLimits,
        allowance: SharedAllowance = SharedAllowance(.node, RateLimits()),
        interest: Interest,
        channelCounts: ChannelCounts = ChannelCounts(),
        port: any HubPort
    ) {
        precondition((0..<loopCount).contains(loop), "loops are numbered from 0")
        self.loop = loop
        self.loopCount = loopCount
        presenceBook = PresenceBook(limits: limits.presence, seed: port.randomBits())
        self.limits = limits
        reasking = ReaskLine(countMax: limits.reaskCountMax)
        nodeShare = AllowanceShare(allowance)
        self.interest = interest
        self.channelCounts = channelCounts
        self.port = port
    }

    /// How many connections are open.
    public var connectionCount: Int { connections.count }

    /// A connection finished its handshake with a verified token.
    ///
    /// - Parameters:
    ///   - number: Names the connection from now on.
    ///   - serializer: What it asked for.
    ///   - identity: Whom its token names.
    ///   - allowances: What it shares with others of the node; none where nothing is limited.
    public func opened(
        _ number: ConnectionNumber,
        serializer: Serializer,
        identity: Identity,
        allowances: [SharedAllowance] = []
    ) {
        precondition(connections[number] == nil, "a connection's number is used once")
        connections[number] = Connection(
            number: number,
            serializer: serializer,
            identity: identity,
            shares: allowances.map(share)
        )
    }

    /// A connection is gone, as the other side wished; its channels end with it.
    public func closed(_ number: ConnectionNumber) { end(number, lostAt: nil) }

    /// A connection is gone, and the other side did not say so; who was present by it may come
    /// back within the grace period.
    public func lost(_ number: ConnectionNumber, time: HubTime) { end(number, lostAt: time.now) }

    private func end(_ number: ConnectionNumber, lostAt instant: ContinuousClock.Instant?) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        for channel in connection.channels.values {
            channel.membership.leave()
            forgetReplay(of: channel)
            forgetMember(channel)
            leavePresence(channel, lostAt: instant)
            unfollowChanges(for: channel)
            unsubscribe(channel)
            uncount(channel)
        }
        connection.channels = [:]
        giveBackShares(of: connection)
    }

    /// One whole text message arrived.
    public func received(_ text: [UInt8], from number: ConnectionNumber, time: HubTime) {
        received(text.count, from: number, time: time) { decoder throws(MalformedMessage) in
            try decoder.decode(text)
        }
    }

    /// One whole binary message arrived.
    public func received(binary frame: [UInt8], from number: ConnectionNumber, time: HubTime) {
        received(frame.count, from: number, time: time) { decoder throws(MalformedMessage) in
            try decoder.decode(binary: frame)
        }
    }

    /// Carries out a message of a connection; a malformed one is dropped, and the connection stays.
    private func received(
        _ byteCount: Int,
        from number: ConnectionNumber,
        time: HubTime,
        decode: (MessageDecoder) throws(MalformedMessage) -> InboundMessage
    ) {
        guard let connection = connections[number] else { return }
        counters.messagesReceived += 1
        counters.messageBytesReceived += byteCount
        let rate = rate(of: connection, byteCount: byteCount, time: time)
        if case .farOver(let kind) = rate {
            // It is not even looked at, so that it costs nobody anything.
            port.note(.limitReached(.connection, kind))
            port.close(
                connection.number,
                code: .goingAway,
                reason: SystemNotice.tooManyMessages.message
            )
            return
        }
        let message: InboundMessage
        do throws(MalformedMessage) {
            message = try decode(connection.decoder)
        } catch {
            port.note(.malformed(error))
            return
        }
        if message.isForChannel {
            if case .over(let kind) = rate {
                return endOverRate(message, from: connection, .connection, kind)
            }
            if let (scope, kind) = scopeOverRate(connection, byteCount: byteCount, time: time) {
                return endOverRate(message, from: connection, scope, kind)
            }
        }
        dispatch(message, from: connection, time: time)
    }

    private func dispatch(_ message: InboundMessage, from connection: Connection, time: HubTime) {
        let name = MessageName(rawValue: message.name)
        if message.topic == MessageName.phoenixTopic, name == .heartbeat {
            reply(.ok, .emptyObject, to: message, joinRef: message.joinRef, on: connection)
            return
        }
        switch name {
        case .join: join(message, on: connection, time: time)
        case .leave: leave(message, on: connection)
        default:
            guard let channel = connection.channels[ExactText(message.topic)] else {
                refuse(.unmatchedTopic, message: message, on: connection)
                return
            }
            // A new token needs no right, and may be what keeps a held channel.
            let mustWait = channel.hold != nil && name != .accessToken
            if mustWait || channel.isJoining {
                wait(message, for: channel)
            } else {
                carryOut(message, on: channel, time: time)
            }
        }
    }

    /// Keeps a message for later, when the channel's verdict is there.
    private func wait(_ message: InboundMessage, for channel: Channel) {
        let connection = channel.connection
        let byteCount = message.payloadByteCount
        guard channel.waiting.count < limits.waitingMessageCountMax,
            connection.waitingByteCount + byteCount <= limits.waitingByteCountMax
        else {
            refuseBroadcast(.waitingFull)
            return
        }
        connection.waitingByteCount += byteCount
        channel.waiting.append(message)
    }

    /// Carries out what waited for the channel's verdict, in order.
    func carryOutWaiting(on channel: Channel, time: HubTime) {
        let waiting = channel.waiting
        forgetWaiting(of: channel)
        for message in waiting where !channel.membership.hasLeft {
            carryOut(message, on: channel, time: time)
        }
    }

    func forgetWaiting(of channel: Channel) {
        for message in channel.waiting {
            channel.connection.waitingByteCount -= message.payloadByteCount
        }
        channel.waiting = []
    }

    private func carryOut(_ message: InboundMessage, on channel: Channel, time: HubTime) {
        if message.name == MessageName.accessToken.rawValue {
            renewToken(message, on: channel, time: time)
            return
        }
        switch message.name {
        case MessageName.broadcast.rawValue: broadcast(message, on: channel, time: time)
        case MessageName.presence.rawValue: presence(message, on: channel, time: time)
        default: break
        }
    }
}
