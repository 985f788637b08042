public import Wire

/// What the gateway answered to a message.
public struct ChannelReply: Hashable, Sendable {
    /// Whether it was done.
    public let isOK: Bool

    /// What the gateway says about it: an object, or whatever else it wrote.
    public let response: JSONText

    /// Why it was refused; nil when it was done, or no reason was given.
    public let reason: String?

    /// Takes a reply's payload apart.
    ///
    /// - Returns: Nil when it has no status.
    init?(payload: JSONText) {
        guard let json = try? JSON(parsing: payload.bytes),
            let status = json["status"]?.stringValue
        else { return nil }
        isOK = status == ReplyStatus.ok.rawValue
        response = json["response"]?.text ?? .emptyObject
        reason = isOK ? nil : json["response"]?["reason"]?.stringValue
    }
}
