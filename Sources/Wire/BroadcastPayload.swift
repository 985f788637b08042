/// Writes and looks at the payload of `broadcast` messages.
public enum BroadcastPayload {
    /// Wraps the payload of a broadcast that came as an HTTP request.
    ///
    /// - Parameters:
    ///   - id: What the request calls it, if it does.
    ///   - name: What the broadcast is called.
    ///   - payload: The payload as it was written.
    /// - Returns: An object with `type`, `event`, `payload` and, given an id, `meta`.
    public static func fromRequest(id: String?, name: String, payload: JSONText) -> JSONText {
        var object = JSONObjectWriter(byteCount: payload.bytes.count + name.utf8.count + 128)
        object.append("type", string: MessageName.broadcast.rawValue)
        object.append("event", string: name)
        object.append("payload", payload)
        if let id {
            var meta = JSONObjectWriter(byteCount: id.utf8.count + 16)
            meta.append("id", string: id)
            object.append("meta", meta.finish())
        }
        return object.finish()
    }

    /// The name inside a broadcast that a connection sent, for rules about names.
    ///
    /// The payload itself is forwarded as it was written, whether it has a name or not.
    ///
    /// - Returns: The string under `event`; nil when there is none or the payload is no object.
    public static func name(in payload: JSONText) -> String? {
        JSONFields(payload, ["event"])?["event"]?.stringValue
    }
}
