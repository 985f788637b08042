internal import Postgres
internal import Topics
internal import Wire

/// A table as the catalog has it.
struct FoundTable {
    /// A column.
    struct Column {
        let name: String
        /// As `format_type` spells it, such as `bigint` or `extensions.citext`.
        let type: String
        /// The type beneath, where the column's type is a domain.
        let baseType: String
    }

    /// An index: the first of its columns, and whether it has all rows.
    struct Index {
        let columns: [String]
        let isPartial: Bool
        let isPrimary: Bool
    }

    let oid: UInt32
    /// `r`, `p`, `v` and so on.
    let kind: String
    /// How many rows there are about; under zero when nobody has counted.
    let rowCount: Int64
    let columns: [Column]
    let indexes: [Index]

    /// The columns of the primary key; nil where there is none.
    var primaryKey: [String]? { indexes.first(where: \.isPrimary)?.columns }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// Whether a column is the first of an index that has every row.
    func isIndexed(by column: String) -> Bool {
        indexes.contains { !$0.isPartial && $0.columns.first == column }
    }

    /// Reads tables, within the caller's transaction.
    ///
    /// - Returns: Those that exist.
    static func read(
        _ names: Set<TableName>,
        on connection: PostgresConnection
    ) throws(PostgresError) -> [TableName: FoundTable] {
        let sorted = names.sorted { ($0.schema, $0.name) < ($1.schema, $1.name) }
        let rows = try connection.query(
            query,
            [ArrayText.of(sorted.map(\.schema)), ArrayText.of(sorted.map(\.name))]
        )
        var tables: [TableName: FoundTable] = [:]
        for row in 0..<rows.count {
            guard let schema = rows[row, 0], let name = rows[row, 1],
                let oid = rows.integer(row, 2)
            else { continue }
            tables[TableName(schema: schema, name)] = FoundTable(
                oid: UInt32(oid),
                kind: rows[row, 3] ?? "",
                rowCount: rows.integer(row, 4) ?? -1,
                columns: list(rows.bytes(row, 5)).compactMap(column),
                indexes: list(rows.bytes(row, 6)).compactMap(index)
            )
        }
        return tables
    }

    private static func list(_ bytes: [UInt8]?) -> [[JSON]] {
        (bytes.flatMap { try? JSON(parsing: $0) }?.arrayValue ?? []).compactMap(\.arrayValue)
    }

    private static func column(_ facts: [JSON]) -> Column? {
        guard facts.count == 3, let name = facts[0].stringValue, let type = facts[1].stringValue,
            let baseType = facts[2].stringValue
        else { return nil }
        return Column(name: name, type: type, baseType: baseType)
    }

    private static func index(_ facts: [JSON]) -> Index? {
        guard facts.count == 3, let columns = facts[0].arrayValue,
            let isPartial = facts[1].boolValue, let isPrimary = facts[2].boolValue
        else { return nil }
        return Index(
            columns: columns.map { $0.stringValue ?? "" },
            isPartial: isPartial,
            isPrimary: isPrimary
        )
    }

    /// Takes schemas and names in step; rows of partitions count for their table.
    private static let query = """
        SELECT n.nspname, c.relname, c.oid::bigint, c.relkind,
            CASE WHEN c.relkind = 'p' THEN (
                SELECT coalesce(sum(greatest(l.reltuples, 0)), 0)::bigint
                FROM pg_catalog.pg_partition_tree(c.oid) AS t
                    JOIN pg_catalog.pg_class AS l ON l.oid = t.relid
                WHERE t.isleaf
            ) ELSE c.reltuples::bigint END,
            (
                SELECT coalesce(pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_build_array(
                        a.attname, pg_catalog.format_type(a.atttypid, NULL),
                        pg_catalog.format_type(
                            CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END, NULL
                        )
                    )
                    ORDER BY a.attnum
                ), '[]')
                FROM pg_catalog.pg_attribute AS a
                    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            )::text,
            (
                SELECT coalesce(pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_build_array(
                        (
                            SELECT pg_catalog.jsonb_agg(a.attname ORDER BY k.place)
                            FROM pg_catalog.unnest(i.indkey::smallint[])
                                    WITH ORDINALITY AS k(number, place)
                                LEFT JOIN pg_catalog.pg_attribute AS a
                                    ON a.attrelid = c.oid AND a.attnum = k.number
                            WHERE k.place <= i.indnkeyatts
                        ),
                        i.indpred IS NOT NULL,
                        i.indisprimary
                    )
                ), '[]')
                FROM pg_catalog.pg_index AS i
                WHERE i.indrelid = c.oid AND i.indisvalid AND i.indisready
            )::text
        FROM unnest($1::text[], $2::text[]) AS wanted(schema_name, table_name)
            JOIN pg_catalog.pg_namespace AS n ON n.nspname::text = wanted.schema_name
            JOIN pg_catalog.pg_class AS c
                ON c.relnamespace = n.oid AND c.relname::text = wanted.table_name
        """
}
