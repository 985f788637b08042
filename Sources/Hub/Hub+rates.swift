import Topics
import Wire

/// How much a connection sends, by itself and together with others.
extension Hub {
    /// Where a message stands against the rates of its connection.
    enum MessageRate {
        /// There is room for it.
        case within

        /// There is none, but for what keeps a connection alive.
        case over(RateKind)

        /// There is none for anything.
        case farOver(RateKind)
    }

    /// Notes a message, and tells whether the connection may send it.
    ///
    /// What is for a channel may come as often as the limit says. Heartbeats, joins and what else
    /// keeps a connection alive count with it, and may come twice as often.
    func rate(of connection: Connection, byteCount: Int, time: HubTime) -> MessageRate {
        let window = limits.rateWindow
        let rates = connection.rates(within: window, time: time)
        var kindOver: RateKind?
        for kind in [RateKind.messages, .bytes] {
            let countMax = limits.rateCountMax(kind)
            guard countMax > 0 else { continue }
            let calls = kind == .bytes ? byteCount : 1
            let count =
                kind == .bytes
                ? rates.bytes.count(within: window, now: time.now)
                : rates.messages.count(within: window, now: time.now)
            if count >= 2 * countMax { return .farOver(kind) }
            if count > 0, count + calls > countMax { kindOver = kindOver ?? kind }
            if kind == .bytes {
                rates.bytes.charge(calls, within: window, now: time.now)
            } else {
                rates.messages.charge(calls, within: window, now: time.now)
            }
        }
        return kindOver.map { .over($0) } ?? .within
    }

    /// Which of those that a connection shares has no room for another message, and of what.
    func scopeOverRate(
        _ connection: Connection,
        byteCount: Int,
        time: HubTime
    ) -> (LimitScope, RateKind)? {
        if let scope = scopeOverRate(connection, .messages, time: time) {
            return (scope, .messages)
        }
        let scope = scopeOverRate(connection, .bytes, calls: byteCount, time: time)
        return scope.map { ($0, .bytes) }
    }

    /// Which of those that a connection shares has no room for more calls; nil when all have.
    ///
    /// Calls are taken in turn, and stay taken from those that had room when a later one has none.
    func scopeOverRate(
        _ connection: Connection,
        _ kind: RateKind,
        calls: Int = 1,
        time: HubTime
    ) -> LimitScope? {
        for share in connection.shares where !share.take(calls, of: kind, now: time.now) {
            return share.shared.scope
        }
        return nodeShare.take(calls, of: kind, now: time.now) ? nil : .node
    }

    /// Too many messages end the channel that they are for; those for no channel are dropped.
    func endOverRate(
        _ message: InboundMessage,
        from connection: Connection,
        _ scope: LimitScope,
        _ kind: RateKind
    ) {
        port.note(.limitReached(scope, kind))
        if let channel = connection.channels[ExactText(message.topic)] {
            cut(channel, .tooManyMessages)
        }
    }

    /// Whether a connection may join once more: by its own rate, and by those that it shares.
    func isWithinJoinRate(_ connection: Connection, time: HubTime) -> Bool {
        let isWithin = connection.rates(within: .seconds(1), time: time)
            .joins.take(of: limits.joinsPerSecondMax, within: .seconds(1), now: time.now)
        let scope =
            isWithin ? scopeOverRate(connection, .joins, time: time) : LimitScope.connection
        guard let scope else { return true }
        port.note(.limitReached(scope, .joins))
        return false
    }

    /// Counts a connection that has its first channel among those that joined; answers false when
    /// the node has as many as it may.
    func becomeMember(_ connection: Connection) -> Bool {
        if connection.isMember { return true }
        connection.isMember = nodeShare.shared.addMember()
        if !connection.isMember { port.note(.connectionLimitReached(.node)) }
        return connection.isMember
    }

    /// The loop's share of an allowance, which all its connections that go by it have in common.
    func share(_ allowance: SharedAllowance) -> AllowanceShare {
        let key = ObjectIdentifier(allowance)
        let share = shares[key] ?? AllowanceShare(allowance)
        share.connectionCount += 1
        shares[key] = share
        allowance.connected(true)
        return share
    }

    /// A connection is gone: others may come in its place.
    func giveBackShares(of connection: Connection) {
        if connection.isMember { nodeShare.shared.removeMember() }
        for share in connection.shares {
            share.shared.connected(false)
            share.connectionCount -= 1
            if share.connectionCount == 0 { shares[ObjectIdentifier(share.shared)] = nil }
        }
    }
}

extension InboundMessage {
    /// Whether it is something to be carried by a channel, and not what keeps a connection or a
    /// channel alive.
    var isForChannel: Bool {
        switch MessageName(rawValue: name) {
        case .heartbeat: topic != MessageName.phoenixTopic
        case .join, .leave, .accessToken: false
        default: true
        }
    }
}
