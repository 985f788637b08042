import Changes
import Topics

/// A table of the publication as the catalog has it, before anything is decided about it.
struct ListedTable {
    let oid: UInt32
    let name: TableName
    let isRowSecured: Bool
    let showsOldRows: Bool
    let operations: Set<ChangedRow.Operation>
    /// All columns of the table, in order.
    let columns: [PublishedColumn]
    /// The columns that the publication lists; nil for all.
    let listed: Set<String>?
    /// The publication's condition on rows.
    let condition: String?
    /// The function behind the table's triggers, and how many of the three fire.
    let trigger: Trigger?
    /// Whether the login may make triggers on it.
    let mayMakeTriggers: Bool

    /// The triggers that there are.
    struct Trigger {
        let firingCount: Int
        /// Nil where no version of Waypost that leaves notes made them.
        let copied: CopiedColumns?
    }

    /// What the table is served as, when its triggers copy these columns.
    func served(copying copied: SentColumns, except secret: Set<String>) -> PublishedTable {
        let sent = columns.filter { column in
            copied.contains(column.name) && !secret.contains(column.name)
                && listed?.contains(column.name) ?? true
        }
        return PublishedTable(
            oid: oid,
            name: name,
            columns: sent,
            isPartial: sent.count < columns.count,
            isRowSecured: isRowSecured,
            showsOldRows: showsOldRows,
            operations: operations
        )
    }

    /// What the table's triggers have to be where the publication alone asks for them.
    func definition(except secret: Set<String>) -> ChangeDefinition {
        let hidden = columns.map(\.name).filter(secret.contains)
        let sent: SentColumns =
            if let listed {
                .only(columns.map(\.name).filter { listed.contains($0) && !secret.contains($0) })
            } else {
                .except(hidden)
            }
        return ChangeDefinition(
            table: name,
            key: columns.filter(\.isKey).map(\.name),
            columns: sent,
            condition: condition,
            routes: []
        )
    }
}
