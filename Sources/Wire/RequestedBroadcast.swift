/// One broadcast that an HTTP request asks for.
public struct RequestedBroadcast: Hashable, Sendable {
    /// The topic's name, without `realtime:`.
    public let topic: String

    /// What the broadcast is called.
    public let name: String

    /// An object, as it was written, or bytes.
    public let content: BroadcastContent

    /// Whether it goes to the topic's private side.
    public let isPrivate: Bool

    /// What the request calls it: a UUID, or nil.
    public let id: String?

    /// Puts a broadcast together.
    public init(
        topic: String,
        name: String,
        content: BroadcastContent,
        isPrivate: Bool,
        id: String? = nil
    ) {
        self.topic = topic
        self.name = name
        self.content = content
        self.isPrivate = isPrivate
        self.id = id
    }

    /// What a request that brings one message carries: bytes as they are; or an object, any other
    /// JSON value under `_json`, and an empty object where there are no bytes.
    ///
    /// - Parameters:
    ///   - body: The request's body.
    ///   - isJSON: Whether it says that it is JSON.
    /// - Returns: What the members get.
    /// - Throws: ``RequestRefusal/malformed`` when JSON is none, ``RequestRefusal/payloadBlank``
    ///   when there are no bytes.
    public static func content(
        ofBody body: [UInt8],
        isJSON: Bool
    ) throws(RequestRefusal) -> BroadcastContent {
        guard isJSON else {
            guard !body.isEmpty else { throw .payloadBlank }
            return .binary(body)
        }
        if JSONScanner.endOfSpace(body.span, from: 0) == body.count { return .json(.emptyObject) }
        guard let value = JSONText(validating: body) else { throw .malformed }
        guard !value.isObject else { return .json(value) }
        var object = JSONObjectWriter(byteCount: value.bytes.count + 16)
        object.append("_json", value)
        return .json(object.finish())
    }
}
