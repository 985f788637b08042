/// The statement-level triggers of a table.
enum ChangeTrigger: String, CaseIterable {
    case insert, update, delete, truncate

    /// The name of the transition table of the rows before a statement.
    static let rowsBefore = "rows_before"
    /// The name of the transition table of the rows after a statement.
    static let rowsAfter = "rows_after"

    /// The transition tables that it has: a trigger with such tables is of one operation.
    var referencing: String {
        switch self {
        case .insert: " referencing new table as \(Self.rowsAfter)"
        case .update:
            " referencing old table as \(Self.rowsBefore) new table as \(Self.rowsAfter)"
        case .delete: " referencing old table as \(Self.rowsBefore)"
        case .truncate: ""
        }
    }

    /// The trigger's name; no part of it needs quoting.
    func name(_ purpose: String) -> String { "realtime_\(purpose)_\(rawValue)" }
}
