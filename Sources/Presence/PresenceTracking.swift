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

    /// The object in the one form that tells whether two objects are the same.
    let compared: JSONText

    /// Puts a channel's wish together.
    ///
    /// - Parameters:
    ///   - topic: The topic, and which of its two worlds.
    ///   - holder: The channel that asks.
    ///   - key: The key to show it under.
    ///   - person: Who may take the entry over.
    ///   - payload: A valid JSON object of limited size; it is parsed here, on the thread of
    ///     whoever asks.
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
        compared = payload.inOneOrder
    }
}
