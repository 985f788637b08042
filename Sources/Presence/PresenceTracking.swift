public import Topics
public import Wire

/// What a channel asks to be shown as.
public struct PresenceTracking: Sendable {
    /// The topic, and which of its two worlds.
    public let topic: TopicKey

    /// The channel that asks.
    public let holder: PresenceHolder

    /// The key to show it under, which stays the same for the channel's life.
    public let key: ExactText

    /// Who may take the entry over when its connection is lost; nil where nobody may, because the
    /// key was chosen by the gateway or the token names no person.
    public let person: ExactText?

    /// The object to show.
    public let payload: JSONText

    /// Puts a channel's wish together.
    public init(
        topic: TopicKey,
        holder: PresenceHolder,
        key: ExactText,
        person: ExactText?,
        payload: JSONText
    ) {
        self.topic = topic
        self.holder = holder
        self.key = key
        self.person = person
        self.payload = payload
    }
}
