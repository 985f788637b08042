import Testing
import TestSupport
import WebSocketClient
import Wire

/// Somebody who is connected to a gateway.
final class Member {
    /// Longer than anything takes on a busy machine; a test that passes does not wait for it.
    static let patience: Duration = .seconds(60)

    let channels: ChannelClient

    static var soon: ContinuousClock.Instant { .now + patience }

    init(
        url: String,
        token: String?,
        _ serializer: Serializer = .v2,
        _ options: WebSocketOptions = WebSocketOptions()
    ) throws {
        channels = try ChannelClient(
            gateway: url,
            apiKey: token,
            serializer: serializer,
            options: options,
            deadline: Self.soon
        )
    }

    convenience init(_ node: TestNode, _ person: Person, _ serializer: Serializer = .v2) throws {
        try self.init(url: node.url, token: person.token, serializer)
    }

    /// Asks to join and waits for the answer, whichever.
    func join(
        _ topic: String,
        isPrivate: Bool = true,
        receivesOwn: Bool = false,
        wantsAck: Bool = false,
        token: String? = nil
    ) throws -> ChannelReply {
        var options = RequestWriter.JoinOptions()
        options.isPrivate = isPrivate
        options.receivesOwnBroadcasts = receivesOwn
        options.wantsAcknowledgement = wantsAck
        options.token = token
        return try #require(try channels.join(topic, options: options, deadline: Self.soon))
    }

    /// Joins; anything but ok fails the test.
    func joined(
        _ topic: String,
        isPrivate: Bool = true,
        receivesOwn: Bool = false,
        wantsAck: Bool = false
    ) throws {
        let reply = try join(
            topic,
            isPrivate: isPrivate,
            receivesOwn: receivesOwn,
            wantsAck: wantsAck
        )
        try #require(reply.isOK, "\(topic): \(reply.reason ?? reply.response.text)")
    }

    /// Why a join is refused; nil when it is not.
    func refusal(_ topic: String, isPrivate: Bool = true, token: String? = nil) throws -> String? {
        try join(topic, isPrivate: isPrivate, token: token).reason
    }

    /// Asks to join and to have replayed what was sent since a time.
    func join(_ topic: String, replaySince since: Int64, limit: Int? = nil) throws -> ChannelReply {
        var options = RequestWriter.JoinOptions()
        options.replaySinceMilliseconds = since
        options.replayLimit = limit
        return try #require(try channels.join(topic, options: options, deadline: Self.soon))
    }

    /// The next message of any kind.
    func next(within limit: Duration = Member.patience) throws -> ReceivedMessage {
        let incoming = try channels.next(deadline: .now + limit)
        guard case .message(let message) = incoming else {
            throw Unexpected(what: "\(incoming)")
        }
        return message
    }

    /// What came instead of a message.
    struct Unexpected: Error {
        let what: String
    }

    /// The broadcasts up to the one with the given name, which ends what a test waits for.
    func broadcasts(until name: String = "fence") throws -> [Broadcast] {
        var found: [Broadcast] = []
        while true {
            let message = try next()
            guard message.name == MessageName.broadcast.rawValue else { continue }
            let broadcast = try Broadcast(message)
            if broadcast.name == name { return found }
            found.append(broadcast)
        }
    }

    /// The next broadcast with a name; others are passed over.
    func broadcast(named name: String) throws -> Broadcast {
        while true {
            let message = try next()
            guard message.name == MessageName.broadcast.rawValue else { continue }
            let broadcast = try Broadcast(message)
            if broadcast.name == name { return broadcast }
        }
    }

    /// The next `system` message's payload; others are passed over.
    func system() throws -> JSON {
        while true {
            let message = try next()
            if message.name == MessageName.system.rawValue {
                return try JSON(parsing: message.payload.bytes)
            }
        }
    }

    /// Waits without holding up other tests; nil when the deadline passed.
    func patientNext(within limit: Duration = Member.patience) async throws -> ChannelIncoming? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let incoming = try channels.next(deadline: .now)
            guard incoming == .timeout else { return incoming }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Whether the connection still answers.
    func isAlive() throws -> Bool {
        try channels.heartbeat(deadline: Self.soon)?.isOK == true
    }

    /// Sends a text as it is.
    func sendText(_ text: String) throws { try channels.webSocket.sendText(text) }

    func drop() { channels.webSocket.drop() }
}
