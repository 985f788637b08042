/// The statement-level triggers of a table.
enum ChangeTrigger: String, CaseIterable {
    case insert, update, delete, truncate

    /// The name of the transition table of the rows before a statement.
    static let rowsBefore = "rows_before"
    /// The name of the transition table of the rows after a statement.
    static let rowsAfter = "rows_after"

    private var referencing: String {
        switch self {
        case .insert: " referencing new table as \(Self.rowsAfter)"
        case .update:
            " referencing old table as \(Self.rowsBefore) new table as \(Self.rowsAfter)"
        case .delete: " referencing old table as \(Self.rowsBefore)"
        case .truncate: ""
        }
    }

    func sql(table: TableName, function: String) -> String {
        """
        create or replace trigger realtime_changes_\(rawValue)
            after \(rawValue) on \(table.sql)\(referencing)
            for each statement execute function \(function)();
        """
    }
}
