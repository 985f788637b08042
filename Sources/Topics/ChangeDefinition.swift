/// Which changes of one table are sent, what of them, to which topics, and whom they concern.
///
/// Plain data, as a topic file has it; ``ChangeTriggerPlan`` checks it and turns it into SQL.
public struct ChangeDefinition: Hashable, Sendable {
    /// The table.
    public let table: TableName
    /// The columns of its primary key: old and new rows are paired by them.
    public let key: [String]
    /// What of a row is sent.
    public let columns: SentColumns
    /// An SQL condition on a row, which must hold for the row to be sent; the row is called `r`,
    /// and its columns stand in it by their names.
    ///
    /// A row that begins to fulfil it appears as an INSERT, one that ceases to as a DELETE: those
    /// who may not see a row learn nothing of what it was.
    public let condition: String?
    /// Where a row's changes go; none for a table that no topic carries.
    public let routes: [TopicRoute]
    /// Whose memberships a row's changes may change; none for a table that no rule looks at.
    public let concerns: [ConcernRoute]

    /// Describes the changes of one table.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The columns of its primary key. Default `id`.
    ///   - columns: What of a row is sent. Default everything.
    ///   - condition: Which rows are sent, as SQL over the row `r`. Default all.
    ///   - routes: Where a row's changes go; none for a table that no topic carries.
    ///   - concerns: Whose memberships a row's changes may change. Default nobody's.
    public init(
        table: TableName,
        key: [String] = ["id"],
        columns: SentColumns = .all,
        condition: String? = nil,
        routes: [TopicRoute],
        concerns: [ConcernRoute] = []
    ) {
        self.table = table
        self.key = key
        self.columns = columns
        self.condition = condition
        self.routes = routes
        self.concerns = concerns
    }
}
