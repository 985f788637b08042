import Topics
public import Wire

extension Hub {
    /// A second has gone by: channels whose token ended are closed, and so are connections that
    /// have had no channel for too long.
    public func tick(time: HubTime) {
        for connection in connections.values {
            if let earliest = connection.earliestExpiry, earliest <= time.unixSeconds {
                for channel in connection.channels.values
                where channel.identity.expiresAt <= time.unixSeconds {
                    expire(channel)
                }
            }
            endIfChannelless(connection, time: time)
        }
    }

    private func expire(_ channel: Channel) {
        if channel.membership.isJoining {
            turnAway(channel, .tokenExpired(secondsAgo: 0))
        } else {
            cut(channel, .tokenExpired(secondsAgo: 0))
        }
    }

    private func endIfChannelless(_ connection: Connection, time: HubTime) {
        guard connection.channels.isEmpty else { return }
        guard let since = connection.channellessSince else {
            connection.channellessSince = time.now
            return
        }
        if since.duration(to: time.now) >= limits.channellessDurationMax {
            port.drop(connection.number)
        }
    }

    /// Tells every joined channel something that is no error.
    public func announce(_ notice: SystemNotice) {
        for connection in connections.values {
            for channel in connection.channels.values where !channel.membership.isJoining {
                tell(notice, on: channel)
            }
        }
    }

    /// Says goodbye to every channel and closes every connection; joins are refused from now on.
    public func drain() {
        isDraining = true
        for connection in connections.values {
            for channel in connection.channels.values {
                let encoded = connection.encoder.push(
                    joinRef: .null,
                    ref: .null,
                    topic: channel.wireTopic.text,
                    name: MessageName.system.rawValue,
                    payload: SystemNotice.serverDisconnect.payload(channel: channel.key.name.text)
                )
                port.send(encoded, to: connection.number)
            }
            port.close(connection.number, code: .serviceRestart, reason: "the gateway restarts")
        }
    }
}
