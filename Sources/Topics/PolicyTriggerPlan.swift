/// The SQL that makes a table tell whose memberships its changes may have changed, where no topic
/// file says how.
///
/// Nobody knows what the columns mean. A value may name a topic or a member: whoever has it in a
/// topic's name, or is called so, is concerned. That is too many rather than too few, and costs
/// questions.
public struct PolicyTriggerPlan: Hashable, Sendable {
    /// The table.
    public let table: TableName
    /// The columns whose values may be a part of a topic's name.
    public let values: [String]
    /// Those of them that may name a member.
    public let members: [String]
    /// The columns whose changes count beside those; nil for all.
    public let watched: [String]?

    /// What the names of such triggers and functions begin with, behind `realtime_` or alone.
    public static let purpose = "memberships"

    /// Values that a statement tells one by one, about as many texts as a topic file's triggers.
    private static let valueCountMax = 1_000

    /// Bytes of a value; a longer one names nobody.
    private static let byteCountMax = 255

    /// Describes the triggers of a table.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - values: The columns whose values may be a part of a topic's name; none if nothing can be
    ///     known, and everybody is concerned.
    ///   - members: Those of them that may name a member.
    ///   - watched: The columns whose changes count beside those; nil for all.
    public init(table: TableName, values: [String], members: [String], watched: [String]?) {
        self.table = table
        self.values = values
        self.members = members
        self.watched = watched
    }

    /// The statements as one script, to be run in one transaction; it may be run again.
    public var sql: String {
        let function = function
        let triggers = ChangeTrigger.allCases.map(function.sql)
        let statements = [function.sql] + triggers + [function.note, function.rights]
        return statements.joined(separator: "\n\n") + "\n"
    }

    /// What the note in the database says of the function's text: another text, another digest.
    public var digest: String { function.digest }

    /// The statements that take such triggers of a table away.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - function: The function behind them, as SQL.
    /// - Returns: A script.
    public static func removal(of table: TableName, function: String) -> String {
        let drops = ChangeTrigger.allCases.map { trigger in
            "drop trigger if exists \(trigger.name(purpose)) on \(table.sql);"
        }
        return (drops + ["drop function \(function);"]).joined(separator: "\n") + "\n"
    }

    private var function: TriggerFunction {
        TriggerFunction(
            purpose: Self.purpose,
            table: table,
            statements: """
                if tg_op = 'INSERT' then
                \(indented(statement(.insert), by: 4))
                elsif tg_op = 'UPDATE' then
                \(indented(statement(.update), by: 4))
                elsif tg_op = 'DELETE' then
                \(indented(statement(.delete), by: 4))
                else
                \(indented(everybody, by: 4))
                end if;
                if found then
                    perform realtime.ring();
                end if;
                """,
            fallback: everybody + "\nperform realtime.ring();",
            facts: "'memberships', 'policies'"
        )
    }

    private var everybody: String { ConcernSQL.insert(table, values: "array['*', '', '']") }

    private func statement(_ trigger: ChangeTrigger) -> String {
        let rowCountMax = Self.valueCountMax / max(values.count + members.count, 1)
        let named = Self.names(values, "'*:' || part, ''", split: true)
        let persons = Self.names(members, "'*', value", split: false, from: values)
        return """
            with changed as materialized (
            \(indented(changed(trigger), by: 4))
                limit \(rowCountMax + 1)
            ), named as materialized (
                select distinct n.topic, n.member
                from changed as c cross join lateral (
            \(indented([named, persons].compactMap(\.self).joined(separator: "\nunion all\n"), by: 8))
                ) as n (topic, member)
                where (select count(*) from changed) <= \(rowCountMax)
            )
            \(ConcernSQL.insert(table, select: Self.concerned))
            """
    }

    private static let concerned = """
        select topic, member, '' from named
        union all
        select '*', '', '' where exists (select from changed) and not exists (select from named)
        """

    /// The names that the values of some columns may be, as a query over `c`.
    private static func names(
        _ columns: [String],
        _ name: String,
        split: Bool,
        from all: [String]? = nil
    ) -> String? {
        guard !columns.isEmpty else { return split ? "select '', '' where false" : nil }
        let places = columns.compactMap { (all ?? columns).firstIndex(of: $0) }
        let list = places.map { "c.value_\($0 + 1)" }.joined(separator: ", ")
        let parts =
            split ? " cross join lateral unnest(string_to_array(value, ':')) as p (part)" : ""
        return """
            select \(name) from unnest(array[\(list)]::pg_catalog.text[]) as v (value)\(parts)
            where octet_length(value) between 1 and \(byteCountMax)
            """
    }

    private func changed(_ trigger: ChangeTrigger) -> String {
        let columns = values.enumerated().map { index, column in
            "r.\(SQLText.identifier(column))::pg_catalog.text as value_\(index + 1)"
        }
        let list = columns.isEmpty ? "'' as value_1" : columns.joined(separator: ", ")
        switch trigger {
        case .insert: return "select \(list) from \(ChangeTrigger.rowsAfter) as r"
        case .delete: return "select \(list) from \(ChangeTrigger.rowsBefore) as r"
        case .update, .truncate:
            let names = (1...max(values.count, 1)).map { "value_\($0)" }.joined(separator: ", ")
            return ConcernSQL.changed(names, list, watched: watched)
        }
    }
}
