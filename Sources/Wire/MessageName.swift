/// The names that have a meaning of their own on the wire, in either direction.
public enum MessageName: String, CaseIterable, Sendable {
    /// Asks for membership of a topic.
    case join = "phx_join"

    /// Ends a membership.
    case leave = "phx_leave"

    /// Shows that the connection lives; comes on the topic ``phoenixTopic``.
    case heartbeat

    /// Brings a new token for a channel.
    case accessToken = "access_token"

    /// Carries a broadcast, in both directions.
    case broadcast

    /// Tracks or untracks who is present; comes from connections only.
    case presence

    /// Carries everybody who is present, to one channel.
    case presenceState = "presence_state"

    /// Carries who came and who went since the last time.
    case presenceDiff = "presence_diff"

    /// Carries a change of the database; in a join, what the channel wants to hear of them.
    case postgresChanges = "postgres_changes"

    /// Answers a message by its reference.
    case reply = "phx_reply"

    /// Says that a channel has ended.
    case close = "phx_close"

    /// Says that a channel has failed; libraries join again.
    case failure = "phx_error"

    /// Carries a ``SystemNotice``.
    case system

    /// The topic of heartbeats, which nobody joins.
    public static let phoenixTopic = "phoenix"
}
