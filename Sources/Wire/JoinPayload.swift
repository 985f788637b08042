/// What a join asks for, read as leniently as official libraries need it.
///
/// A field of the wrong kind never fails a join: it is named in ``invalidFields`` and counts as
/// absent. Unknown fields are passed over.
public struct JoinPayload: Hashable, Sendable {
    /// Bindings taken at most; with more, the join counts as having none.
    public static let bindingCountMax = 1_000

    /// Bytes that the bindings, which a channel may keep, may have together; with more, the join
    /// counts as having none.
    public static let bindingByteCountMax = 65_536

    /// Bytes that a presence key may have; a longer one counts as absent.
    public static let presenceKeyByteCountMax = 1_024

    /// Whether there is a `config` at all, as in every join since 2022.
    public let hasConfig: Bool

    /// Whether the private topic of this name is meant, false by default.
    public let isPrivate: Bool

    /// Whether broadcasts sent by this channel are answered, false by default.
    public let broadcastAck: Bool

    /// Whether broadcasts sent by this channel come back to it, false by default.
    public let broadcastSelf: Bool

    /// Whether a message is wanted once the database is being followed, false by default.
    public let replicationReady: Bool

    /// What the channel wants of what was sent before; nil where the join does not speak of it.
    public let replay: ReplayWish?

    /// The key under which the channel will be present; nil when the gateway is to choose one.
    public let presenceKey: String?

    /// Whether the channel wants to see who is present; nil where the join does not say.
    public let presenceEnabled: Bool?

    /// The entries of `postgres_changes`, objects as they were written, in order.
    public let bindings: [JSONText]

    /// The token that the channel brings; nil when it goes by the connection's.
    public let accessToken: String?

    /// The paths of fields of the wrong kind, for the log.
    public let invalidFields: [String]

    /// Reads a join's payload; nothing in it is an error.
    public init(parsing payload: JSONText) {
        var reader = JoinFieldReader()
        let root = JSONFields(payload, ["config", "access_token", "user_token"])
        if root == nil { reader.reject("payload") }
        accessToken = reader.token(root?["access_token"], legacy: root?["user_token"])

        hasConfig = root?["config"] != nil
        let config = reader.object(
            "config",
            root?["config"],
            ["broadcast", "presence", "postgres_changes", "private"]
        )
        isPrivate = reader.bool("config.private", config?["private"])
        bindings = reader.bindings("config.postgres_changes", config?["postgres_changes"])

        let broadcast = reader.object(
            "config.broadcast",
            config?["broadcast"],
            ["ack", "self", "replication_ready", "replay"]
        )
        broadcastAck = reader.bool("config.broadcast.ack", broadcast?["ack"])
        broadcastSelf = reader.bool("config.broadcast.self", broadcast?["self"])
        replicationReady = reader.truth(broadcast?["replication_ready"])
        replay = reader.replay("config.broadcast.replay", broadcast?["replay"])

        let presence = reader.object(
            "config.presence",
            config?["presence"],
            ["key", "enabled"]
        )
        presenceKey = reader.presenceKey("config.presence.key", presence?["key"])
        presenceEnabled = reader.choice("config.presence.enabled", presence?["enabled"])
        invalidFields = reader.invalidFields
    }
}
