public import Topics

/// Asks what one caller may do on one private topic.
public struct Question: Hashable, Sendable {
    /// Whoever asks.
    public let caller: Caller
    /// The topic that is asked about.
    public let topic: TopicName

    /// Puts a question together.
    ///
    /// - Parameters:
    ///   - caller: Whoever asks.
    ///   - topic: The topic that is asked about.
    public init(caller: Caller, topic: TopicName) {
        self.caller = caller
        self.topic = topic
    }

    /// Whether a text of the caller's holds a NUL, which no PostgreSQL text can.
    var containsNUL: Bool {
        [caller.role, caller.claims, caller.headers, topic.text].contains { $0.utf8.contains(0) }
    }

    /// The bytes of what is sent to the database, for the bound of a round.
    var byteCount: Int {
        caller.claims.utf8.count + caller.headers.utf8.count + topic.text.utf8.count
    }
}
