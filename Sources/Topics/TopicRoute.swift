/// How a row finds the topic that carries its changes.
///
/// The topic's name is the family's prefix, a colon and the value of a column: the row's own, or
/// that of another row at the end of a path. A value of NULL, or a path that leads nowhere, is no
/// topic.
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
    /// The row's own column that names the topic, or that the path begins with.
    public let column: String
    /// The way on from there; empty when the column itself names the topic.
    public let path: [Step]

    /// Describes a route.
    ///
    /// - Parameters:
    ///   - family: The topic family's prefix, without a colon.
    ///   - column: The row's own column.
    ///   - path: The way on from there. Default none.
    public init(family: String, column: String, path: [Step] = []) {
        self.family = family
        self.column = column
        self.path = path
    }
}
