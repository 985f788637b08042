/// What subscribers are filed under: a name, and which of its two worlds.
///
/// The private and the public topic of one name share nothing: no broadcast, no presence, no
/// change.
public struct TopicKey: Hashable, Sendable {
    /// The topic's name.
    public let name: TopicName
    /// Whether rules were asked before anybody was let in.
    public let isPrivate: Bool

    /// Joins a name and a world.
    ///
    /// - Parameters:
    ///   - name: The topic's name.
    ///   - isPrivate: Whether this is the private topic of that name.
    public init(name: TopicName, isPrivate: Bool) {
        self.name = name
        self.isPrivate = isPrivate
    }
}
