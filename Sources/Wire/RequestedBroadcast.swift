/// One broadcast that an HTTP request asks for.
public struct RequestedBroadcast: Hashable, Sendable {
    /// The topic's name, without `realtime:`.
    public let topic: String

    /// What the broadcast is called.
    public let name: String

    /// An object, as it was written.
    public let payload: JSONText

    /// Whether it goes to the topic's private side.
    public let isPrivate: Bool

    /// What the request calls it: a UUID, or nil.
    public let id: String?

    /// Puts a broadcast together.
    public init(
        topic: String,
        name: String,
        payload: JSONText,
        isPrivate: Bool,
        id: String? = nil
    ) {
        self.topic = topic
        self.name = name
        self.payload = payload
        self.isPrivate = isPrivate
        self.id = id
    }

    /// The payload of a request that brings one message: an object, or any other value under
    /// `_json`; no bytes are an empty object.
    ///
    /// - Throws: ``RequestRefusal/malformed``, when it is no JSON.
    public static func payload(ofBody body: [UInt8]) throws(RequestRefusal) -> JSONText {
        if JSONScanner.endOfSpace(body.span, from: 0) == body.count { return .emptyObject }
        guard let value = JSONText(validating: body) else { throw .malformed }
        guard !value.isObject else { return value }
        var object = JSONObjectWriter(byteCount: value.bytes.count + 16)
        object.append("_json", value)
        return object.finish()
    }
}
