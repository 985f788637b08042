public import Topics

/// What is asked of the database about changes of one table.
///
/// May this caller see them, and do they fulfil conditions that only the database can evaluate?
public struct RowQuestion: Hashable, Sendable {
    /// The table's number in the catalog.
    public let table: UInt32

    /// Who would see the changes.
    public let caller: Caller

    /// Which of the changes asked about, by their places.
    public let rows: [Int]

    /// Lists of conditions, of which all must hold; empty when row security alone is asked.
    public let filters: [[ChangeFilter]]

    /// Asks a question.
    ///
    /// - Parameters:
    ///   - table: The table's number.
    ///   - caller: Who would see the changes.
    ///   - rows: Places in the list of changes that comes with the questions.
    ///   - filters: Lists of conditions that only the database can evaluate.
    public init(table: UInt32, caller: Caller, rows: [Int], filters: [[ChangeFilter]] = []) {
        self.table = table
        self.caller = caller
        self.rows = rows
        self.filters = filters
    }
}

/// What the database answered to a ``RowQuestion``; whatever it could not say is no.
public struct RowAnswer: Hashable, Sendable {
    /// For each row of the question, whether the caller may see it.
    public let isVisible: [Bool]

    /// For each list of conditions, for each row, whether it holds.
    public let holds: [[Bool]]

    /// Gives an answer.
    ///
    /// - Parameters:
    ///   - isVisible: For each row of the question.
    ///   - holds: For each list of conditions, for each row.
    public init(isVisible: [Bool], holds: [[Bool]]) {
        self.isVisible = isVisible
        self.holds = holds
    }
}
