public import Topics
public import Wire

/// What a joined channel wants to hear of the database's changes, for whoever follows them.
public struct ChangesWish: Sendable {
    /// The channel's number on its loop.
    public let channel: UInt64

    /// Which of the channel's wishes this is; the answer names it, and a later one replaces it.
    public let generation: UInt64

    /// The topic as on the wire, `realtime:` included.
    public let topic: String

    /// How the channel's connection reads messages.
    public let serializer: Serializer

    /// Whose rights decide what the channel sees.
    public let caller: Caller

    /// What is wanted: the objects of the join, as they came.
    public let bindings: [JSONText]

    /// Describes a wish.
    ///
    /// - Parameters:
    ///   - channel: The channel's number on its loop.
    ///   - generation: Which of its wishes this is.
    ///   - topic: The topic as on the wire.
    ///   - serializer: How its connection reads messages.
    ///   - caller: Whose rights decide.
    ///   - bindings: What is wanted.
    public init(
        channel: UInt64,
        generation: UInt64,
        topic: String,
        serializer: Serializer,
        caller: Caller,
        bindings: [JSONText]
    ) {
        self.channel = channel
        self.generation = generation
        self.topic = topic
        self.serializer = serializer
        self.caller = caller
        self.bindings = bindings
    }
}
