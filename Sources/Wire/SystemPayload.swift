/// Writes the payload of `system` messages.
public enum SystemPayload {
    /// Writes the object that official libraries parse strictly: every value is a string.
    ///
    /// - Parameters:
    ///   - extension: Which part of the gateway speaks, such as `system`.
    ///   - status: Whether this is news or an error.
    ///   - message: What happened.
    ///   - channel: The topic without `realtime:`; nil leaves the key out, as it must be when the
    ///     message is not about one channel.
    /// - Returns: The object, keys in the order of the parameters.
    public static func json(
        extension: String,
        status: ReplyStatus,
        message: String,
        channel: String?
    ) -> JSONText {
        var object = JSONObjectWriter(byteCount: 96 + message.utf8.count)
        object.append("extension", string: `extension`)
        object.append("status", string: status.rawValue)
        object.append("message", string: message)
        if let channel { object.append("channel", string: channel) }
        return object.finish()
    }
}
