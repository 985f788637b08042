public import Topics

/// A channel as somebody who operates the node sees it.
public struct ChannelSight: Hashable, Sendable {
    /// The loop that it is on.
    public let loop: Int
    /// The connection that it belongs to.
    public let connection: ConnectionNumber
    /// Whether it is of the private topic.
    public let isPrivate: Bool
    /// When its join came.
    public let joinedAt: ContinuousClock.Instant
    /// What it may do, as the hub has it.
    public let verdict: Verdict
    /// Who its token names.
    public let caller: Caller
}

extension Hub {
    /// Shows channels of a topic, private and public ones, ordered by their connections.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - number: Only connections with greater numbers are shown.
    ///   - countMax: So many are shown at most.
    /// - Returns: The channels, and how many the topic has on this loop.
    public func channels(
        of topic: TopicName,
        after number: UInt64? = nil,
        countMax: Int
    ) -> (shown: [ChannelSight], count: Int) {
        var found: [(UInt64, Channel)] = []
        var count = 0
        for isPrivate in [true, false] {
            guard let list = subscribers[TopicKey(name: topic, isPrivate: isPrivate)] else {
                continue
            }
            count += list.v1.count + list.v2.count
            for channels in [list.v1, list.v2] {
                for channel in channels {
                    let own = channel.connection.number.rawValue
                    if number.map({ own > $0 }) ?? true { found.append((own, channel)) }
                }
            }
        }
        found.sort { $0.0 < $1.0 }
        return (found.prefix(countMax).map { sight(of: $0.1) }, count)
    }

    /// Shows the channel that a connection has of a topic.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - number: The connection.
    /// - Returns: Nil where it has none that is joined.
    public func channel(of topic: TopicName, on number: ConnectionNumber) -> ChannelSight? {
        connections[number]?.channels.values.first {
            $0.key.name == topic && $0.place != nil
        }.map(sight)
    }

    private func sight(of channel: Channel) -> ChannelSight {
        ChannelSight(
            loop: loop,
            connection: channel.connection.number,
            isPrivate: channel.key.isPrivate,
            joinedAt: channel.askedAt,
            verdict: channel.membership.verdict,
            caller: channel.identity.caller
        )
    }
}
