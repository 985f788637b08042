public import Topics
public import Wire

/// A channel that wants to hear of changes, and what of them.
public struct ChangeMember: Sendable {
    /// Where a channel lives: its loop and its number there, never used twice.
    public struct Address: Hashable, Sendable {
        /// The loop, from 0.
        public let loop: Int

        /// The channel's number on it.
        public let channel: UInt64

        /// Names a channel.
        public init(loop: Int, channel: UInt64) {
            self.loop = loop
            self.channel = channel
        }
    }

    /// Where it lives.
    public let address: Address

    /// Its topic as on the wire, `realtime:` included.
    public let topic: String

    /// How its connection reads messages.
    public let serializer: Serializer

    /// Whose rights decide what it sees.
    public let caller: Caller

    /// What it wants, each with the number that the join's answer gave it.
    public let bindings: [(id: Int, binding: ChangeBinding)]

    /// Describes a member; of bindings with the same number the first one counts.
    ///
    /// - Parameters:
    ///   - address: Where it lives.
    ///   - topic: Its topic as on the wire.
    ///   - serializer: How its connection reads messages.
    ///   - caller: Whose rights decide.
    ///   - bindings: What it wants.
    public init(
        address: Address,
        topic: String,
        serializer: Serializer,
        caller: Caller,
        bindings: [(id: Int, binding: ChangeBinding)]
    ) {
        self.address = address
        self.topic = topic
        self.serializer = serializer
        self.caller = caller
        var known: Set<Int> = []
        self.bindings = bindings.filter { known.insert($0.id).inserted }
    }
}
