import Changes
import Postgres
import Topics

extension PublishedTable {
    /// Describes a table as if the publication offered it.
    ///
    /// - Parameters:
    ///   - table: Its schema and name.
    ///   - connection: The superuser's.
    ///   - hidden: The columns that are not copied to the outbox.
    /// - Returns: The table.
    /// - Throws: `PostgresError`.
    static func read(
        _ table: TableName,
        from connection: PostgresConnection,
        without hidden: Set<String> = []
    ) throws -> PublishedTable {
        let rows = try connection.query(
            """
            SELECT a.attname, t.typname, t.oid, EXISTS (
                    SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary
                        AND a.attnum = ANY (i.indkey)),
                c.oid, c.relrowsecurity, c.relreplident = 'f'
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """,
            [table.sql]
        )
        let columns = (0..<rows.count).map { row in
            PublishedColumn(
                name: rows[row, 0] ?? "",
                type: rows[row, 1] ?? "",
                typeOID: UInt32(rows.integer(row, 2) ?? 0),
                isKey: rows.boolean(row, 3) ?? false
            )
        }
        return PublishedTable(
            oid: UInt32(rows.integer(0, 4) ?? 0),
            name: table,
            columns: columns.filter { !hidden.contains($0.name) },
            isPartial: !hidden.isEmpty,
            isRowSecured: rows.boolean(0, 5) ?? false,
            showsOldRows: rows.boolean(0, 6) ?? false,
            operations: Set(ChangedRow.Operation.allCases)
        )
    }
}
