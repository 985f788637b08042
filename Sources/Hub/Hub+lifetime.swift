import Presence
import Topics
public import Wire

extension Hub {
    /// A second has gone by: channels whose token ended are closed, and so are connections that
    /// have had no channel for too long.
    public func tick(time: HubTime) {
        chargeDeliveries(time: time)
        tellOfReplication(time: time)
        presenceBook.expire(now: time.now)
        refuseLateReplays(time: time)
        endLateHolds(time: time)
        recheck(time: time)
        for connection in connections.values {
            if let earliest = connection.earliestExpiry, earliest <= time.unixSeconds {
                for channel in connection.channels.values
                where channel.identity.expiresAt <= time.unixSeconds {
                    expire(channel)
                }
            }
            connection.forgetRates(time: time)
            endIfChannelless(connection, time: time)
        }
    }

    /// Says that the way from the database stands, now or as soon as it is true.
    func tellOfReplication(_ channel: Channel, time: HubTime) {
        if port.isCaughtUp {
            tell(.replicationEstablished, on: channel)
        } else {
            awaitingReplication.append((channel, time.now))
        }
    }

    private func tellOfReplication(time: HubTime) {
        guard !awaitingReplication.isEmpty else { return }
        let awaiting = awaitingReplication.filter { !$0.channel.membership.hasLeft }
        awaitingReplication = []
        for (channel, since) in awaiting {
            if port.isCaughtUp {
                tell(.replicationEstablished, on: channel)
            } else if since.duration(to: time.now) >= limits.replicationDurationMax {
                cut(channel, .replicationNotEstablished)
            } else {
                awaitingReplication.append((channel, since))
            }
        }
    }

    private func expire(_ channel: Channel) {
        if channel.isJoining {
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

    /// Tells joined channels something that is no error.
    ///
    /// - Parameters:
    ///   - notice: What they are told.
    ///   - prefixes: What their topics begin with; nil for every channel.
    public func announce(_ notice: SystemNotice, toTopicsWith prefixes: [String]? = nil) {
        if notice == .resync, prefixes == nil {
            forgetBorders()
            // What was committed unseen may have changed who may read.
            recheckAll()
        }
        for connection in connections.values {
            for channel in connection.channels.values where !channel.membership.isJoining {
                let topic = channel.key.name.text.utf8
                if let prefixes, !prefixes.contains(where: { topic.starts(with: $0.utf8) }) {
                    continue
                }
                if channel.border?.isHolding == true {
                    hold(notice, on: channel)
                } else if channel.hold != nil {
                    withhold(notice, on: channel)
                } else {
                    tell(notice, on: channel)
                }
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
