/// How a change of a row finds the members whose verdicts it may change: a family's `depends_on`.
public struct ConcernRoute: Hashable, Sendable {
    /// The topic family's prefix, such as `trip`.
    public let family: String
    /// The ways to the topics, one for each parameter; nil for all topics of the family.
    public let keys: [ColumnPath]?
    /// The row's column that names the member concerned, as the claim `sub` does; nil for all.
    public let member: String?
    /// The columns whose changes count, beside those named above; nil for all.
    public let columns: [String]?
    /// Whether the row is the topic's own, so that the topic ends with it.
    public let endsTopic: Bool

    /// Describes a route.
    ///
    /// - Parameters:
    ///   - family: The topic family's prefix, without a colon.
    ///   - keys: The ways to the topics, one for each parameter; nil for all of the family.
    ///   - member: The row's column that names the member. Default all members.
    ///   - columns: The columns whose changes count. Default all.
    ///   - endsTopic: Whether a deleted row ends its topic. Default no.
    public init(
        family: String,
        keys: [ColumnPath]?,
        member: String? = nil,
        columns: [String]? = nil,
        endsTopic: Bool = false
    ) {
        self.family = family
        self.keys = keys
        self.member = member
        self.columns = columns
        self.endsTopic = endsTopic
    }
}
