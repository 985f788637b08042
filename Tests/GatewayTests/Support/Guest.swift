import Testing
import WebSocketClient
import Wire

/// A member of one topic who looks at who is present.
final class Guest {
    let member: Member
    let topic: String

    /// References of the entries that a library would show, by key.
    private(set) var shown: [String: Set<String>] = [:]

    /// How often something was heard of an entry that was known, or of one that was not.
    private(set) var faultCount = 0

    init(
        _ node: TestNode,
        _ person: Person,
        _ serializer: Serializer = .v2,
        topic: String = "trip:1",
        key: String? = nil,
        isPrivate: Bool = true
    ) throws {
        member = try Member(node, person, serializer)
        self.topic = topic
        var options = RequestWriter.JoinOptions()
        options.isPrivate = isPrivate
        options.seesPresence = true
        options.presenceKey = key ?? "\(person)"
        let reply = try #require(
            try member.channels.join(topic, options: options, deadline: Member.soon)
        )
        try #require(reply.isOK, "\(reply.response.text)")
    }

    /// Tracks an object, given as JSON, and waits for the answer.
    func track(_ payload: String) throws -> ChannelReply {
        try call(#"{"type":"presence","event":"track","payload":\#(payload)}"#)
    }

    func untrack() throws -> ChannelReply { try call(#"{"type":"presence","event":"untrack"}"#) }

    private func call(_ payload: String) throws -> ChannelReply {
        let ref = member.channels.nextRef()
        let wireTopic = ChannelClient.wireTopic(topic)
        let payload = JSONText(trusted: Array(payload.utf8))
        try member.channels.webSocket.sendText(
            member.channels.writer.message(
                wireTopic,
                "presence",
                ref: ref,
                joinRef: nil,
                payload: payload
            )
        )
        return try #require(
            try member.channels.reply(to: ref, wireTopic, deadline: Member.soon)
        )
    }

    /// The next message about presence: what it is, and its payload without references.
    func hears() throws -> String {
        while true {
            let message = try member.next()
            guard ["presence_state", "presence_diff"].contains(message.name) else { continue }
            let payload = try JSON(parsing: message.payload.bytes)
            take(message.name, payload)
            return "\(message.name) \(Self.withoutReferences(payload).text.text)"
        }
    }

    /// What is heard up to a broadcast that marks the end.
    func hears(until name: String) throws -> [String] {
        var heard: [String] = []
        while true {
            let message = try member.next()
            if message.name == "broadcast", try Broadcast(message).name == name { return heard }
            guard message.name.hasPrefix("presence_") else { continue }
            take(message.name, try JSON(parsing: message.payload.bytes))
            heard.append(message.name)
        }
    }

    private func take(_ name: String, _ payload: JSON) {
        if name == "presence_state" {
            shown = Self.references(payload)
            return
        }
        for (key, references) in Self.references(payload["joins"] ?? .null) {
            if shown[key]?.isDisjoint(with: references) == false { faultCount += 1 }
            shown[key, default: []].formUnion(references)
        }
        for (key, references) in Self.references(payload["leaves"] ?? .null) {
            if shown[key]?.isSuperset(of: references) != true { faultCount += 1 }
            shown[key]?.subtract(references)
            if shown[key]?.isEmpty == true { shown[key] = nil }
        }
    }

    private static func references(_ groups: JSON) -> [String: Set<String>] {
        var references: [String: Set<String>] = [:]
        for group in groups.objectValue ?? [] {
            let metas = group.value["metas"]?.arrayValue ?? []
            references[group.key] = Set(metas.compactMap { $0["phx_ref"]?.stringValue })
        }
        return references
    }

    private static func withoutReferences(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements): .array(elements.map(withoutReferences))
        case .object(let members):
            .object(
                members.filter { $0.key != "phx_ref" }.map { member in
                    let isPrevious = member.key == "phx_ref_prev"
                    return JSON.Member(
                        key: member.key,
                        value: isPrevious ? .bool(true) : withoutReferences(member.value)
                    )
                }
            )
        case .null, .bool, .number, .string: json
        }
    }
}
