/// A pattern of topics with its rules: what one topic file says.
public struct TopicFamily: Hashable, Sendable {
    /// What the topics' names look like.
    public let pattern: TopicPattern
    /// What the family is for, in the file's own words; may be empty.
    public let summary: String
    /// Who may join, and what each may do.
    public let members: MemberRules
    /// The changes that its topics carry; at most one entry for a table.
    public let changes: [FamilyChange]
    /// What may be broadcast.
    public let broadcast: BroadcastRules
    /// How presence works.
    public let presence: PresenceRules
    /// How far back a replay may go; nil for as far as there is something.
    public let retention: Duration?
    /// How many channels one topic may have on a node; nil for any number.
    public let channelCountMax: Int?
    /// Where the file begins.
    public let place: SourcePlace

    /// The family's name, such as `trip`.
    public var name: String { pattern.family }

    /// Describes a family.
    ///
    /// - Parameters:
    ///   - pattern: What the topics' names look like.
    ///   - summary: What the family is for. Default nothing.
    ///   - members: Who may join.
    ///   - changes: The changes that its topics carry. Default none.
    ///   - broadcast: What may be broadcast. Default anything.
    ///   - presence: How presence works. Default as on every topic.
    ///   - retention: How far back a replay may go.
    ///   - channelCountMax: Channels of one topic on a node, at least 1.
    ///   - place: Where the file begins.
    public init(
        pattern: TopicPattern,
        summary: String = "",
        members: MemberRules,
        changes: [FamilyChange] = [],
        broadcast: BroadcastRules = BroadcastRules(),
        presence: PresenceRules = PresenceRules(),
        retention: Duration? = nil,
        channelCountMax: Int? = nil,
        at place: SourcePlace
    ) {
        self.pattern = pattern
        self.summary = summary
        self.members = members
        self.changes = changes
        self.broadcast = broadcast
        self.presence = presence
        self.retention = retention
        self.channelCountMax = channelCountMax
        self.place = place
    }
}
