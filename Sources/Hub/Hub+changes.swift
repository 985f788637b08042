import Topics
public import Wire

extension Hub {
    /// Asks for the changes that a channel's join named, under the token that it has now.
    ///
    /// Bindings over a limit are not asked for at all: the channel stays, without changes.
    func followChanges(for channel: Channel) {
        guard !channel.bindings.isEmpty else { return }
        let connection = channel.connection
        if channel.changes == nil {
            guard channel.bindings.count <= limits.changesPerChannelMax else {
                tell(.tooManyOnChannel, on: channel)
                return
            }
            let count = connection.bindingCount + channel.bindings.count
            guard count <= limits.changesPerConnectionMax else {
                tell(.tooManyOnConnection, on: channel)
                return
            }
            connection.bindingCount = count
        }
        questionCount += 1
        channel.changes = questionCount
        changeChannels[channel.number] = channel
        port.follow(
            ChangesWish(
                channel: channel.number,
                generation: questionCount,
                topic: channel.wireTopic.text,
                serializer: connection.serializer,
                caller: channel.identity.caller,
                bindings: channel.bindings
            )
        )
    }

    /// Forgets what a channel that ends wanted to hear of changes.
    func unfollowChanges(for channel: Channel) {
        guard channel.changes != nil else { return }
        channel.changes = nil
        changeChannels[channel.number] = nil
        channel.connection.bindingCount -= channel.bindings.count
        port.unfollow(channel.number)
    }

    /// It has turned out whether a channel's wish is served; an overtaken answer is dropped.
    ///
    /// - Parameters:
    ///   - notice: What the channel is told.
    ///   - number: The channel's number.
    ///   - generation: Which of its wishes was answered.
    public func changesAnswered(_ notice: ChangesNotice, channel number: UInt64, generation: UInt64)
    {
        guard let channel = changeChannels[number], channel.changes == generation else { return }
        tell(notice, on: channel)
    }

    /// A change arrived for channels, which are told if they are still there.
    ///
    /// - Parameters:
    ///   - message: The change, complete.
    ///   - channels: Who may see it, by the channels' numbers.
    public func deliverChange(_ message: EncodedMessage, to channels: [UInt64]) {
        for number in channels {
            guard let channel = changeChannels[number] else { continue }
            port.send(message, to: channel.connection.number)
            counters.deliveries += 1
            counters.changesDelivered += 1
        }
    }

    private func tell(_ notice: ChangesNotice, on channel: Channel) {
        push(MessageName.system, notice.payload(channel: channel.key.name.text), on: channel)
        port.note(.changesAnswered(notice))
    }
}
