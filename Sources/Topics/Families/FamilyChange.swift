/// Which changes of a table the topics of a family carry, and what of them.
public struct FamilyChange: Hashable, Sendable {
    /// What can happen to a row.
    public enum Operation: String, CaseIterable, Hashable, Sendable {
        /// A row is new.
        case insert = "INSERT"
        /// A row has other values.
        case update = "UPDATE"
        /// A row is gone.
        case delete = "DELETE"
    }

    /// The table.
    public let table: TableName
    /// How a row finds its topics, one way for each parameter of the pattern.
    public let key: [ColumnPath]
    /// What of the changes is sent, not empty; a topic sees nothing of the others.
    public let operations: Set<Operation>
    /// What of a row is sent to whom.
    public let columns: FamilyColumns
    /// An SQL condition on the row's own columns, which must hold for the row to be sent.
    public let condition: RuleExpression?
    /// Where it stands.
    public let place: SourcePlace

    /// Describes changes.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The way to the topics.
    ///   - operations: Default all.
    ///   - columns: Default all columns to everybody.
    ///   - condition: Default every row.
    ///   - place: Where it stands.
    public init(
        table: TableName,
        key: [ColumnPath],
        operations: Set<Operation> = Set(Operation.allCases),
        columns: FamilyColumns = .same(.all),
        condition: RuleExpression? = nil,
        at place: SourcePlace
    ) {
        self.table = table
        self.key = key
        self.operations = operations
        self.columns = columns
        self.condition = condition
        self.place = place
    }
}

/// What of a row the readers of a family see.
public enum FamilyColumns: Hashable, Sendable {
    /// All see the same.
    case same(SentColumns)
    /// Each class of readers sees its own; who is in none of them sees the row's key alone.
    case byClass([String: SentColumns])
}
