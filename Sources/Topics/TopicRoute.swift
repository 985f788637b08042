/// How a row finds the topics that carry its changes.
///
/// A topic's name is the family's prefix and the values of columns, joined by colons: columns of
/// the row's own, or of other rows at the end of paths. A value of NULL, a path that leads nowhere,
/// or a text that is no part of a name (``ColumnPath``) is no topic.
public struct TopicRoute: Hashable, Sendable {
    /// One step from a row to the row that it refers to.
    public struct Step: Hashable, Sendable {
        /// The table that is looked up.
        public let table: TableName
        /// Its column that equals the value brought along.
        public let match: String
        /// Its column whose value is carried on.
        public let take: String

        /// Describes a step.
        ///
        /// - Parameters:
        ///   - table: The table that is looked up.
        ///   - match: Its column that equals the value brought along; an index on it is expected.
        ///   - take: Its column whose value is carried on.
        public init(table: TableName, match: String, take: String) {
            self.table = table
            self.match = match
            self.take = take
        }
    }

    /// The topic family's prefix, such as `trip`.
    public let family: String
    /// The ways to the values, one for each parameter of the family's pattern; not empty.
    public let keys: [ColumnPath]
    /// What the topics are told of; the same for all routes of a table to one family.
    public let operations: Set<FamilyChange.Operation>
    /// An SQL condition on a row, which must hold for these topics to be told of it; nil for none.
    ///
    /// The row's columns stand in it by their names.
    public let condition: String?

    /// Describes a route.
    ///
    /// - Parameters:
    ///   - family: The topic family's prefix, without a colon.
    ///   - keys: The ways to the values, one for each parameter.
    ///   - operations: What the topics are told of. Default everything.
    ///   - condition: Which rows are sent, as SQL over the row's columns. Default all.
    public init(
        family: String,
        keys: [ColumnPath],
        operations: Set<FamilyChange.Operation> = Set(FamilyChange.Operation.allCases),
        condition: String? = nil
    ) {
        self.family = family
        self.keys = keys
        self.operations = operations
        self.condition = condition
    }

    /// Describes a route to topics of one parameter.
    ///
    /// - Parameters:
    ///   - family: The topic family's prefix, without a colon.
    ///   - column: The row's own column.
    ///   - path: The way on from there. Default none.
    public init(family: String, column: String, path: [Step] = []) {
        self.init(family: family, keys: [ColumnPath(column, steps: path)])
    }
}
