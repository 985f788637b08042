/// The body of a request that asks for several broadcasts, checked field by field.
///
/// What is said of a wrong field is what Ecto says, whose words the protocol's libraries know.
/// Nothing of a list is sent unless all of it is right.
public struct BroadcastList: Sendable {
    /// What a list may hold.
    public struct Limits: Sendable {
        let countMax: Int
        let payloadByteCountMax: Int
        let isTopic: @Sendable (String) -> Bool

        /// Sets the limits.
        ///
        /// - Parameters:
        ///   - countMax: Broadcasts of one list.
        ///   - payloadByteCountMax: Bytes of one payload.
        ///   - isTopic: Whether a name is a topic's.
        public init(
            countMax: Int,
            payloadByteCountMax: Int,
            isTopic: @escaping @Sendable (String) -> Bool
        ) {
            self.countMax = countMax
            self.payloadByteCountMax = payloadByteCountMax
            self.isTopic = isTopic
        }
    }

    /// What is wrong with a list: the refusal, and the body where it says more than the refusal.
    public struct Refused: Error, Sendable {
        /// What kind of wrong.
        public let refusal: RequestRefusal
        /// The exact body.
        public let body: String

        /// Takes what is wrong, and what to say of it if not what is always said.
        public init(_ refusal: RequestRefusal, body: String? = nil) {
            self.refusal = refusal
            self.body = body ?? refusal.body
        }
    }

    /// The broadcasts in order.
    public let broadcasts: [RequestedBroadcast]

    /// Reads a request's body.
    ///
    /// - Throws: ``Refused``.
    public init(parsing body: [UInt8], limits: Limits) throws(Refused) {
        if JSONScanner.endOfSpace(body.span, from: 0) == body.count {
            throw Refused(.messagesBlank)
        }
        guard let whole = JSONText(validating: body) else { throw Refused(.malformed) }
        guard let list = JSONFields(whole, ["messages"])?["messages"], !list.isNull else {
            throw Refused(.messagesBlank)
        }
        guard list.isArray else { throw Refused(.messagesInvalid) }
        var places: [Range<Int>] = []
        _ = try? JSONScanner.endOfArray(list.bytes.span, from: 0) { places.append($0) }
        guard !places.isEmpty else { throw Refused(.messagesBlank) }
        guard places.count <= limits.countMax else { throw Refused(.tooManyMessages) }
        var broadcasts: [RequestedBroadcast] = []
        var wrong: [JSONText] = []
        var isWrong = false
        for place in places {
            let message = JSONText(trusted: Array(list.bytes[place]))
            guard let fields = JSONFields(message, Self.keys) else {
                throw Refused(.messagesInvalid)
            }
            var check = FieldCheck(fields)
            let broadcast = check.broadcast(limits)
            broadcasts.append(broadcast)
            wrong.append(check.findings)
            isWrong = isWrong || !check.isRight
        }
        guard !isWrong else {
            let list = wrong.map(\.text).joined(separator: ",")
            throw Refused(.fieldsInvalid, body: #"{"errors":{"messages":[\#(list)]}}"#)
        }
        self.broadcasts = broadcasts
    }

    private static let keys = ["topic", "event", "payload", "private", "id"]

    /// Looks at one message's fields and remembers what is wrong with each.
    private struct FieldCheck {
        private let fields: JSONFields
        private var wrong = JSONObjectWriter(byteCount: 64)
        private(set) var isRight = true

        init(_ fields: JSONFields) { self.fields = fields }

        var findings: JSONText { wrong.finish() }

        mutating func broadcast(_ limits: Limits) -> RequestedBroadcast {
            let topic = text("topic")
            if let topic, !limits.isTopic(topic) { note("topic", Self.invalid) }
            let name = text("event")
            return RequestedBroadcast(
                topic: topic ?? "",
                name: name ?? "",
                content: .json(payload(byteCountMax: limits.payloadByteCountMax)),
                isPrivate: isPrivate(),
                id: id()
            )
        }

        private mutating func text(_ key: String) -> String? {
            guard let value = fields[key], !value.isNull else {
                note(key, Self.blank)
                return nil
            }
            guard let text = value.stringValue else {
                note(key, Self.invalid)
                return nil
            }
            guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
                note(key, Self.blank)
                return nil
            }
            return text
        }

        private mutating func payload(byteCountMax: Int) -> JSONText {
            guard let value = fields["payload"], !value.isNull else {
                note("payload", Self.blank)
                return .emptyObject
            }
            if !value.isObject {
                note("payload", Self.invalid)
            } else if value.bytes.count > byteCountMax {
                note("payload", "Payload size exceeds tenant limit")
            }
            return value
        }

        private mutating func isPrivate() -> Bool {
            guard let value = fields["private"], !value.isNull else { return false }
            switch value.stringValue ?? value.text {
            case "true", "1": return true
            case "false", "0": return false
            default:
                note("private", Self.invalid)
                return false
            }
        }

        private mutating func id() -> String? {
            guard let value = fields["id"], !value.isNull else { return nil }
            guard let text = value.stringValue, Self.isUUID(text) else {
                note("id", Self.invalid)
                return nil
            }
            return text
        }

        private static func isUUID(_ text: String) -> Bool {
            let dash = UInt8(ascii: "-")
            let groups = text.utf8.split(separator: dash, omittingEmptySubsequences: false)
            return groups.map(\.count) == [8, 4, 4, 4, 12]
                && groups.joined().allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        }

        private mutating func note(_ key: String, _ sentence: String) {
            isRight = false
            wrong.append(key, JSONText(trusted: Array("[\(JSONText(string: sentence).text)]".utf8)))
        }

        private static let blank = "can't be blank"
        private static let invalid = "is invalid"
    }
}
