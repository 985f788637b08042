import Wire

/// What one connection floods the gateway with.
enum FloodKind: String, CaseIterable, Sendable {
    case deniedJoins = "denied joins"
    case malformedText = "malformed text"
    case malformedFrames = "malformed binary frames"
    case oversizedMessages = "oversized messages"
    case unknownNames = "unknown names"
    case broadcasts = "broadcasts over the rate"
    case presence = "presence over the rate"
    case heartbeats = "heartbeats"
    case badTokens = "bad access tokens"
    case refusedRequests = "refused HTTP requests"
    case halfHandshakes = "half handshakes"

    /// The topic of the flooding person, whom nobody listens to.
    static let ownTopic = "realtime:trip:3"

    /// A topic that this person may not read.
    static let otherTopic = "realtime:trip:1001"

    /// Whether a topic has to be joined first.
    var needsChannel: Bool {
        switch self {
        case .unknownNames, .broadcasts, .presence, .badTokens: true
        default: false
        }
    }

    /// Messages as they are on the wire, many at once; empty for what is no WebSocket.
    var burst: [UInt8] {
        switch self {
        case .refusedRequests, .halfHandshakes: []
        case .oversizedMessages:
            // It announces more than a message may have, and brings some of it.
            Self.header(0x1, payloadByteCount: 6_000_000)
                + [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        case .malformedFrames:
            Self.many(Self.header(0x2, payloadByteCount: 8) + [3, 255, 255, 255, 255, 255, 1, 1])
        default: Self.many(Self.header(0x1, payloadByteCount: text.count) + text)
        }
    }

    private var text: [UInt8] {
        let text =
            switch self {
            case .deniedJoins:
                #"["7","7","\#(Self.otherTopic)","phx_join",{"config":{"private":true}}]"#
            case .malformedText: #"["1","2","realtime:trip:3","broadcast",{"event":"x""#
            case .unknownNames: #"["1","7","\#(Self.ownTopic)","no such thing",{}]"#
            case .broadcasts:
                #"["1","7","\#(Self.ownTopic)","broadcast",{"event":"x","payload":{}}]"#
            case .presence:
                #"["1","7","\#(Self.ownTopic)","presence",{"event":"track","payload":{"n":1}}]"#
            case .heartbeats: #"[null,"7","phoenix","heartbeat",{}]"#
            case .badTokens:
                #"["1","7","\#(Self.ownTopic)","access_token",{"access_token":"a.b.c"}]"#
            case .malformedFrames, .oversizedMessages, .refusedRequests, .halfHandshakes: ""
            }
        return Array(text.utf8)
    }

    private static func many(_ frame: [UInt8]) -> [UInt8] {
        Array(repeatElement(frame, count: max(1, 32_768 / frame.count)).joined())
    }

    /// A whole frame's header, with a mask that leaves the bytes as they are.
    private static func header(_ opcode: UInt8, payloadByteCount count: Int) -> [UInt8] {
        let length: [UInt8] =
            switch count {
            case ..<126: [0x80 | UInt8(count)]
            case ..<65_536: [0x80 | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
            default:
                [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * (7 - $0))) }
            }
        return [0x80 | opcode] + length + [0, 0, 0, 0]
    }
}
