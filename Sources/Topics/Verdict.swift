/// What the rules of a topic answered for one caller.
public struct Verdict: Hashable, Sendable {
    /// Whether broadcasts and changes may be received.
    public var broadcastRead: Bool
    /// Whether presence may be seen.
    public var presenceRead: Bool
    /// Whether broadcasts may be sent.
    public var broadcastWrite: Bool
    /// Whether presence may be tracked.
    public var presenceWrite: Bool

    /// The class of readers that the caller belongs to, by the topic's file; nil without classes.
    public var readerClass: String?

    /// No to everything.
    public static let denied = Self(
        broadcastRead: false,
        presenceRead: false,
        broadcastWrite: false,
        presenceWrite: false
    )

    /// Yes to everything.
    public static let all = Self(
        broadcastRead: true,
        presenceRead: true,
        broadcastWrite: true,
        presenceWrite: true
    )

    /// Whether the topic may be joined: one kind of reading is enough.
    public var mayJoin: Bool { broadcastRead || presenceRead }

    /// Puts a verdict together from its four answers.
    ///
    /// - Parameters:
    ///   - broadcastRead: Whether broadcasts and changes may be received.
    ///   - presenceRead: Whether presence may be seen.
    ///   - broadcastWrite: Whether broadcasts may be sent.
    ///   - presenceWrite: Whether presence may be tracked.
    ///   - readerClass: The class of readers. Default none.
    public init(
        broadcastRead: Bool,
        presenceRead: Bool,
        broadcastWrite: Bool,
        presenceWrite: Bool,
        readerClass: String? = nil
    ) {
        self.broadcastRead = broadcastRead
        self.presenceRead = presenceRead
        self.broadcastWrite = broadcastWrite
        self.presenceWrite = presenceWrite
        self.readerClass = readerClass
    }
}
