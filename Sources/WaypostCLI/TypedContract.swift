import Postgres
import Topics

/// What the messages of topic families hold, by the columns that a database has.
struct TypedContract {
    /// A column as JSON shows it.
    struct Column {
        let name: String
        let type: ColumnType
        let isArray: Bool
        let isNullable: Bool
        let isKey: Bool
    }

    /// What a value of a column becomes in JSON.
    enum ColumnType: Hashable {
        case truth
        case smallNumber
        case number
        case fraction
        case decimal
        case text
        case json
        case oneOf([String])
    }

    /// The columns of a table that some readers see.
    struct Row {
        let table: TableName
        let operations: Set<FamilyChange.Operation>
        let columns: [Column]
    }

    /// What the readers of one class see; `name` is nil where all see the same.
    struct Audience {
        let name: String?
        let rows: [Row]
    }

    /// A family with its messages.
    struct Family {
        let family: TopicFamily
        let audiences: [Audience]
    }

    let families: [Family]
    let problems: [TopicProblem]

    /// The class of readers that no file names: they see keys alone.
    static let otherClass = "other"

    /// Looks the tables of a contract up.
    static func read(
        _ contract: TopicContract,
        on connection: PostgresConnection
    ) throws(PostgresError) -> TypedContract {
        let tables = Set(contract.families.flatMap { $0.changes.map(\.table) })
        let found = try columns(of: tables, on: connection)
        var problems: [TopicProblem] = []
        let families = contract.families.map { family in
            for change in family.changes where found[change.table] == nil {
                problems.append(
                    TopicProblem(change.place, "there is no table \(change.table) to see types of")
                )
            }
            return Family(family: family, audiences: audiences(of: family, found))
        }
        return TypedContract(families: families, problems: problems)
    }

    private static func audiences(
        of family: TopicFamily,
        _ found: [TableName: [Column]]
    ) -> [Audience] {
        var classes: Set<String> = []
        for change in family.changes {
            if case .byClass(let byClass) = change.columns { classes.formUnion(byClass.keys) }
        }
        let names = classes.isEmpty ? [nil] : (classes.sorted() + [otherClass]).map(Optional.some)
        return names.map { name in
            let rows = family.changes.map { change in
                let all = found[change.table] ?? []
                let columns = all.filter { $0.isKey || sees($0.name, name, change.columns) }
                return Row(table: change.table, operations: change.operations, columns: columns)
            }
            return Audience(name: name, rows: rows)
        }
    }

    private static func sees(_ column: String, _ name: String?, _ columns: FamilyColumns) -> Bool {
        switch columns {
        case .same(let sent): sent.contains(column)
        case .byClass(let byClass):
            name.flatMap { byClass[$0] }.map { $0.contains(column) } ?? false
        }
    }

    private static func columns(
        of tables: Set<TableName>,
        on connection: PostgresConnection
    ) throws(PostgresError) -> [TableName: [Column]] {
        let labels = try connection.query(labelQuery)
        var byType: [String: [String]] = [:]
        for index in 0..<labels.count {
            byType[labels[index, 0] ?? "", default: []].append(labels[index, 1] ?? "")
        }
        let rows = try connection.query(columnQuery)
        var found: [TableName: [Column]] = [:]
        for index in 0..<rows.count {
            let table = TableName(schema: rows[index, 0] ?? "", rows[index, 1] ?? "")
            guard tables.contains(table) else { continue }
            let column = Column(
                name: rows[index, 2] ?? "",
                type: byType[rows[index, 3] ?? ""].map { .oneOf($0) } ?? type(rows[index, 4] ?? ""),
                isArray: rows[index, 5] == "t",
                isNullable: rows[index, 6] == "t",
                isKey: rows[index, 7] == "t"
            )
            found[table, default: []].append(column)
        }
        return found
    }

    private static func type(_ name: String) -> ColumnType {
        switch name {
        case "bool": .truth
        case "int2", "int4": .smallNumber
        case "int8", "oid": .number
        case "float4", "float8": .fraction
        case "numeric": .decimal
        case "json", "jsonb", "record": .json
        default: .text
        }
    }

    /// Type by type the labels of enumerations.
    private static let labelQuery = """
        select enumtypid::text, enumlabel from pg_catalog.pg_enum order by enumtypid, enumsortorder
        """

    /// Every column of every table, with domains and arrays followed to the type within.
    private static let columnQuery = """
        with recursive within (rel, number, type, is_array) as (
            select attrelid, attnum, atttypid, false from pg_catalog.pg_attribute
            where attnum > 0 and not attisdropped
            union all
            select w.rel, w.number,
                case when t.typtype = 'd' then t.typbasetype else t.typelem end,
                w.is_array or t.typtype <> 'd'
            from within w join pg_catalog.pg_type t on t.oid = w.type
            where t.typtype = 'd' or t.typcategory = 'A' and t.typelem <> 0)
        select n.nspname, c.relname, a.attname, t.oid::text,
            case t.typtype when 'c' then 'record' else t.typname end,
            w.is_array, not a.attnotnull,
            coalesce(a.attnum = any (k.indkey::smallint[]), false)
        from within w
            join pg_catalog.pg_class c on c.oid = w.rel and c.relkind in ('r', 'p')
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = w.number
            join pg_catalog.pg_type t on t.oid = w.type
            left join pg_catalog.pg_index k on k.indrelid = c.oid and k.indisprimary
        where t.typtype <> 'd' and not (t.typcategory = 'A' and t.typelem <> 0)
            and n.nspname not in ('pg_catalog', 'information_schema')
        order by n.nspname, c.relname, a.attnum
        """
}
