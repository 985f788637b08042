internal import Postgres
internal import Topics

extension RowCatalog {
    /// Reads the catalog in one round trip.
    ///
    /// - Parameters:
    ///   - connection: The gateway's own login.
    ///   - roleNames: The roles that may ask.
    ///   - tables: The numbers of the tables that may be asked about.
    /// - Returns: What is there; tables that are gone are missing.
    /// - Throws: ``PostgresError``.
    static func read(
        from connection: PostgresConnection,
        roleNames: [String],
        tables: [UInt32]
    ) throws(PostgresError) -> RowCatalog {
        let roles = ArrayText.of(roleNames)
        let oids = ArrayText.of(tables.map(String.init))
        // From version 16 on, a membership may be without the right to act as the role.
        let granted = connection.serverVersion >= 160_000 ? "SET" : "MEMBER"
        let answers = try connection.pipeline([
            .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            // Names that could mean something else elsewhere are then written out.
            .query("SET LOCAL search_path = ''"),
            .query(rolesQuery, [roles, granted]),
            .query(rightsQuery, [roles, oids]),
            .query(columnsQuery, [roles, oids]),
            .query(operatorsQuery, [oids]),
            .query(policiesQuery, [roles, oids]),
            .query(policyColumnsQuery, [oids]),
            .query(RuleSQL.falseImmutableQuery),
            .sync,
            .query("ROLLBACK"),
        ])
        let roleRows = try answers[2].get()
        let operators = operatorSchemas(try answers[5].get())
        let columns = columnLists(try answers[4].get(), operators)
        let policyColumns = policyColumns(try answers[7].get())
        let policies = policyLists(try answers[6].get(), policyColumns)
        return RowCatalog(
            roles: (0..<roleRows.count).map { roleRows.boolean($0, 0) },
            tables: tableList(try answers[3].get(), columns, policies),
            hasFalseImmutable: try answers[8].get().boolean(0, 0) ?? true
        )
    }

    private static func number(_ rows: Rows, _ row: Int, _ column: Int) -> UInt32 {
        rows.integer(row, column).flatMap { UInt32(exactly: $0) } ?? 0
    }

    /// Places as SQL counts them, in one text with spaces between.
    private static func places(_ text: String?) -> Set<Int> {
        Set((text ?? "").split(separator: " ").compactMap { Int($0).map { $0 - 1 } })
    }

    private static func tableList(
        _ rows: Rows,
        _ columns: [UInt32: [CatalogColumn]],
        _ policies: [UInt32: [RowPolicy]]
    ) -> [UInt32: CatalogTable] {
        var rights: [UInt32: [CatalogTable.Rights]] = [:]
        var names: [UInt32: TableName] = [:]
        for row in 0..<rows.count {
            let oid = number(rows, row, 0)
            names[oid] = TableName(schema: rows[row, 1] ?? "", rows[row, 2] ?? "")
            rights[oid, default: []].append(
                CatalogTable.Rights(
                    hasSchema: rows.boolean(row, 3) ?? false,
                    obeysPolicies: rows.boolean(row, 4) ?? true
                )
            )
        }
        var tables: [UInt32: CatalogTable] = [:]
        for (oid, name) in names {
            tables[oid] = CatalogTable(
                oid: oid,
                name: name,
                columns: columns[oid] ?? [],
                policies: policies[oid] ?? [],
                rights: rights[oid] ?? []
            )
        }
        return tables
    }

    private static func operatorSchemas(_ rows: Rows) -> [UInt32: [String: String]] {
        var schemas: [UInt32: [String: String]] = [:]
        for row in 0..<rows.count {
            schemas[number(rows, row, 0), default: [:]][rows[row, 1] ?? ""] = rows[row, 2] ?? ""
        }
        return schemas
    }

    private static func columnLists(
        _ rows: Rows,
        _ operators: [UInt32: [String: String]]
    ) -> [UInt32: [CatalogColumn]] {
        var lists: [UInt32: [CatalogColumn]] = [:]
        for row in 0..<rows.count {
            let collation = rows[row, 9].map {
                SQLText.identifier(schema: rows[row, 8] ?? "", name: $0)
            }
            let type = ColumnType(
                sql: SQLText.identifier(schema: rows[row, 2] ?? "", name: rows[row, 3] ?? ""),
                text: rows[row, 4] ?? "",
                underlyingText: rows[row, 6] ?? "",
                isDomain: rows.boolean(row, 7) ?? false,
                collation: collation,
                operatorSchemas: operators[number(rows, row, 5)] ?? [:]
            )
            lists[number(rows, row, 0), default: []].append(
                CatalogColumn(
                    name: rows[row, 1] ?? "",
                    type: type,
                    isKey: rows.boolean(row, 10) ?? false,
                    readers: places(rows[row, 11])
                )
            )
        }
        return lists
    }

    private static func policyColumns(_ rows: Rows) -> [UInt32: [String]] {
        var columns: [UInt32: [String]] = [:]
        for row in 0..<rows.count {
            columns[number(rows, row, 0), default: []].append(rows[row, 1] ?? "")
        }
        return columns
    }

    private static func policyLists(
        _ rows: Rows,
        _ columns: [UInt32: [String]]
    ) -> [UInt32: [RowPolicy]] {
        var lists: [UInt32: [RowPolicy]] = [:]
        for row in 0..<rows.count {
            // Only a policy with an expression has a say in reading.
            guard let expression = rows[row, 4] else { continue }
            lists[number(rows, row, 0), default: []].append(
                RowPolicy(
                    name: rows[row, 2] ?? "",
                    isPermissive: rows.boolean(row, 3) ?? false,
                    expression: expression,
                    rolePlaces: places(rows[row, 5]),
                    columns: columns[number(rows, row, 1)] ?? [],
                    isWhole: (rows.boolean(row, 6) ?? true) || expression.contains(".*"),
                    hasSystemColumns: rows.boolean(row, 7) ?? true
                )
            )
        }
        return lists
    }
}
