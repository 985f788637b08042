internal import LoadChecks
internal import Wire

/// The parts of a text as Phoenix channels have them, in either serializer: where each stands.
///
/// The first serializer writes objects, `{"topic":…,"event":…,"payload":…,"ref":…}` in any order,
/// the second arrays, `[join_ref,ref,topic,event,payload]`.
struct ChannelText {
    /// What stands between the quotes of the reference; nil for `null`.
    private(set) var ref: Range<Int>?
    /// What stands between the topic's quotes.
    private(set) var topic = 0..<0
    /// What stands between the quotes of the name.
    private(set) var name = 0..<0
    /// The payload.
    private(set) var payload = 0..<0

    /// Finds the parts; nil when it is no such text.
    static func parts(of message: Span<UInt8>) -> ChannelText? {
        guard message.count > 0 else { return nil }
        return message[0] == UInt8(ascii: "[") ? array(message) : object(message)
    }

    private static func array(_ message: Span<UInt8>) -> ChannelText? {
        var parts = ChannelText()
        var place = 1
        let comma = UInt8(ascii: ",")
        guard JSONWalk.value(message, &place) != nil, JSONWalk.skip(comma, message, &place),
            let ref = JSONWalk.value(message, &place), JSONWalk.skip(comma, message, &place),
            let topic = JSONWalk.string(message, &place), JSONWalk.skip(comma, message, &place),
            let name = JSONWalk.string(message, &place), JSONWalk.skip(comma, message, &place)
        else { return nil }
        guard place < message.count else { return nil }
        parts.ref = unquoted(message, ref)
        parts.topic = topic
        parts.name = name
        // Nothing but the array's end is behind it, so there is no need to look for its own.
        parts.payload = place..<(message.count - 1)
        return parts
    }

    private static func object(_ message: Span<UInt8>) -> ChannelText? {
        var parts = ChannelText()
        var place = 0
        var hasTopic = false
        var hasName = false
        guard JSONWalk.skip(UInt8(ascii: "{"), message, &place) else { return nil }
        repeat {
            guard let key = JSONWalk.string(message, &place),
                JSONWalk.skip(UInt8(ascii: ":"), message, &place),
                let value = JSONWalk.value(message, &place)
            else { return nil }
            let inside = unquoted(message, value)
            if JSONWalk.equal(message, key, Word.topic) {
                guard let inside else { return nil }
                parts.topic = inside
                hasTopic = true
            } else if JSONWalk.equal(message, key, Word.name) {
                guard let inside else { return nil }
                parts.name = inside
                hasName = true
            } else if JSONWalk.equal(message, key, Word.payload) {
                parts.payload = value
            } else if JSONWalk.equal(message, key, Word.ref) {
                parts.ref = inside
            }
        } while JSONWalk.skip(UInt8(ascii: ","), message, &place)
        return hasTopic && hasName ? parts : nil
    }

    /// What stands between a string's quotes; a number as it is, nil for `null`.
    private static func unquoted(_ message: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        switch message[value.lowerBound] {
        case UInt8(ascii: "\""): (value.lowerBound + 1)..<(value.upperBound - 1)
        case UInt8(ascii: "n"): nil
        default: value
        }
    }

    /// The topic's number, `realtime:` left out.
    func topicNumber(_ message: Span<UInt8>) -> UInt64 {
        for index in topic where message[index] == UInt8(ascii: "\\") {
            let quoted = (topic.lowerBound - 1)..<(topic.upperBound + 1)
            let text = JSONText(validating: Array(JSONWalk.text(message, quoted).utf8))
            return TopicNumber.of(text?.stringValue ?? "")
        }
        return Self.topicNumber(message, topic)
    }

    /// The number of a topic as it stands in a message, `realtime:` left out.
    static func topicNumber(_ message: Span<UInt8>, _ topic: Range<Int>) -> UInt64 {
        let rest = min(topic.lowerBound + Word.realtime.count, topic.upperBound)
        let hasPrefix = JSONWalk.equal(message, topic.lowerBound..<rest, Word.realtime)
        return TopicNumber.of(
            message.extracting((hasPrefix ? rest : topic.lowerBound)..<topic.upperBound)
        )
    }

    /// The answer to what was sent with its reference.
    func reply(_ message: Span<UInt8>) -> Arrival {
        guard let number = ref.flatMap({ JSONWalk.number(message, $0) }) else { return .other }
        let status = JSONWalk.member(Word.status, message, in: payload)
        return .reply(
            ref: number,
            isAccepted: status.map { JSONWalk.equal(message, $0, Word.ok) } ?? false
        )
    }

    /// Whether the payload says that the message was replayed.
    func isReplayed(_ message: Span<UInt8>) -> Bool {
        guard let meta = JSONWalk.member(Word.meta, message, in: payload) else { return false }
        return Self.isReplayed(message, meta: meta)
    }

    /// Whether an object with what is to be said about a message says that it was replayed.
    static func isReplayed(_ message: Span<UInt8>, meta: Range<Int>) -> Bool {
        guard let value = JSONWalk.member(Word.replayed, message, in: meta) else { return false }
        return message[value.lowerBound] == UInt8(ascii: "t")
    }

    /// Why something was refused, from a reply or a note of the server.
    func reason(_ message: Span<UInt8>) -> String {
        var found = JSONWalk.member(Word.message, message, in: payload)
        if let response = JSONWalk.member(Word.response, message, in: payload) {
            found = JSONWalk.member(Word.reason, message, in: response) ?? response
        }
        guard let found else { return JSONWalk.text(message, name) }
        let text = JSONWalk.text(message, found)
        return RefusalReason.counted(JSONText(validating: Array(text.utf8))?.stringValue ?? text)
    }

    /// What is looked for, as bytes.
    enum Word {
        static let topic = Array("topic".utf8)
        static let name = Array("event".utf8)
        static let payload = Array("payload".utf8)
        static let ref = Array("ref".utf8)
        static let status = Array("status".utf8)
        static let ok = Array(#""ok""#.utf8)
        static let meta = Array("meta".utf8)
        static let replayed = Array("replayed".utf8)
        static let message = Array("message".utf8)
        static let response = Array("response".utf8)
        static let reason = Array("reason".utf8)
        static let realtime = Array("realtime:".utf8)
    }
}
