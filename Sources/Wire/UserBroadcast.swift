/// A broadcast in its parts, as the binary frames of the second serializer have it.
///
/// It means the same as a `broadcast` message whose payload is an object with `type`, `event` and
/// `payload`.
public struct UserBroadcast: Hashable, Sendable {
    /// What the broadcast is called: `event` in the text form.
    public let name: String

    /// What it carries.
    public let content: BroadcastContent

    /// What the gateway adds to it, `meta` in the text form: an object, or nil for nothing.
    public let meta: JSONText?

    /// Puts a broadcast together.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - content: What it carries.
    ///   - meta: What the gateway adds. Default nothing, as for all that connections send.
    public init(name: String, content: BroadcastContent, meta: JSONText? = nil) {
        self.name = name
        self.content = content
        self.meta = meta
    }

    /// A broadcast from the database, whose `meta` names the row.
    ///
    /// - Parameters:
    ///   - id: The row's id.
    ///   - name: What the broadcast is called.
    ///   - content: What it carries.
    /// - Returns: A broadcast with the `meta` `{"id":"<id>"}`.
    public static func fromDatabase(
        id: String,
        name: String,
        content: BroadcastContent
    ) -> UserBroadcast {
        var meta = JSONObjectWriter(byteCount: id.utf8.count + 16)
        meta.append("id", string: id)
        return UserBroadcast(name: name, content: content, meta: meta.finish())
    }

    /// A broadcast from the database that was sent before the channel was joined.
    ///
    /// - Parameters:
    ///   - id: The row's id.
    ///   - name: What the broadcast is called.
    ///   - content: What it carries.
    /// - Returns: A broadcast with the `meta` `{"replayed":true,"id":"<id>"}`.
    public static func replayed(
        id: String,
        name: String,
        content: BroadcastContent
    ) -> UserBroadcast {
        var meta = JSONObjectWriter(byteCount: id.utf8.count + 32)
        meta.append("replayed", JSONText(trusted: Array("true".utf8)))
        meta.append("id", string: id)
        return UserBroadcast(name: name, content: content, meta: meta.finish())
    }
}
