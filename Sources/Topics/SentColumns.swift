/// The columns of a table that leave the database.
///
/// What is not sent is never copied to the outbox either.
public enum SentColumns: Hashable, Sendable {
    /// Every column but these, and also those that are added to the table later.
    case except([String])
    /// These columns, in this order, and no other.
    case only([String])

    /// Every column.
    public static let all = Self.except([])

    /// Says whether a column is sent.
    ///
    /// - Parameter column: The column's name, not quoted.
    /// - Returns: Whether its values leave the database.
    public func contains(_ column: String) -> Bool {
        switch self {
        case .except(let columns): !columns.contains(column)
        case .only(let columns): columns.contains(column)
        }
    }

    var named: [String] {
        switch self {
        case .except(let columns), .only(let columns): columns
        }
    }
}
