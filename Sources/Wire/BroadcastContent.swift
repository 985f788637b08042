/// What a broadcast carries under its name.
public enum BroadcastContent: Hashable, Sendable {
    /// A JSON value; what is written in JSON reaches both serializers.
    case json(JSONText)

    /// Any bytes; they reach the second serializer only.
    case binary([UInt8])

    /// The length that the limit on payloads is about.
    public var byteCount: Int {
        switch self {
        case .json(let text): text.bytes.count
        case .binary(let bytes): bytes.count
        }
    }
}
