/// The statements that turn transition tables into rows of the outbox.
struct ChangeRows {
    let definition: ChangeDefinition
    /// For each route the names of its topics.
    let topics: [TopicSQL]

    /// The conditions, which stand in the statements by their numbers.
    var conditions: [String] {
        [definition.condition ?? ""] + definition.routes.map { $0.condition ?? "" }
    }

    /// One statement for each operation, chosen by `tg_op`, and one ring for whatever was written.
    var dispatch: String {
        """
        if tg_op = 'INSERT' then
        \(indented(oneSided(.insert, rows: ChangeTrigger.rowsAfter, isOld: false), by: 4))
        elsif tg_op = 'UPDATE' then
        \(indented(paired, by: 4))
        elsif tg_op = 'DELETE' then
        \(indented(oneSided(.delete, rows: ChangeTrigger.rowsBefore, isOld: true), by: 4))
        \(truncatedBranch)end if;
        if found then
            perform realtime.ring();
        end if;
        """
    }

    private var truncatedBranch: String {
        definition.routes.isEmpty ? "" : "else\n\(indented(truncated, by: 4))\n"
    }

    private var tableLiterals: String {
        SQLText.literal(definition.table.schema) + ", " + SQLText.literal(definition.table.name)
    }

    private let insert = """
        insert into realtime.changes (
            table_schema, table_name, operation, key, old, new, topics, published, moved
        )
        """

    /// Nobody can say which rows there were: the row names the families whose members load anew.
    private var truncated: String {
        let families = Set(definition.routes.map(\.family)).sorted()
        let topics = families.map { SQLText.literal($0 + ":*") }.joined(separator: ", ")
        return """
            insert into realtime.changes (table_schema, table_name, operation, topics)
            values (\(tableLiterals), 'TRUNCATE', array[\(topics)]);
            """
    }

    /// Says only that there was a change: rows that nothing tells apart are not shown to anyone.
    private func keyless(_ operation: FamilyChange.Operation, rows: String) -> String {
        """
        \(insert)
        select \(tableLiterals), '\(operation.rawValue)', null, null, null, '{}', true, false
        from \(rows) as r;
        """
    }

    private func oneSided(
        _ operation: FamilyChange.Operation,
        rows: String,
        isOld: Bool
    ) -> String {
        guard !definition.key.isEmpty else { return keyless(operation, rows: rows) }
        return """
            with side as (
            \(indented(side(rows, told: operation), by: 4))
            )
            \(insert)
            select \(tableLiterals), '\(operation.rawValue)', s.key, \
            \(isOld ? "s.body, null" : "null, s.body"), s.topics, true, false
            from side as s;
            """
    }

    /// Pairs old and new rows by key.
    ///
    /// Topics that a row leaves see it deleted, topics that it enters see it inserted, the others
    /// see it updated; a row without its other side (a changed key, or a condition that holds for
    /// one side only) leaves or enters all of them. Exactly one of these rows says what happened
    /// whatever the topics are: that one is published.
    ///
    /// A row that left a topic for another one of the same family has moved. One that has topics of
    /// that family no more, such as a row that ceased to fulfil the family's condition, has not:
    /// whether it still is somewhere is nothing to those who may not see it.
    private var paired: String {
        guard !definition.key.isEmpty else {
            return keyless(.update, rows: ChangeTrigger.rowsAfter)
        }
        let keys = definition.key.indices.map { "b.key_\($0 + 1) = a.key_\($0 + 1)" }
        let key = object(definition.key) { index, _ in
            "coalesce(a.key_\(index + 1), b.key_\(index + 1))"
        }
        // The last line of `pair` keeps the planner from making its values again for each use.
        return """
            with before as (
            \(indented(side(ChangeTrigger.rowsBefore, hasKey: false), by: 4))
            ), after as (
            \(indented(side(ChangeTrigger.rowsAfter, hasKey: false), by: 4))
            ), pair as (
                select
                    \(key) as key, b.body as old_body, a.body as new_body,
                    b.topics as old_topics, a.topics as new_topics,
                    coalesce(b.topics = a.topics, false) as has_stayed,
                    b.key_1 is not null as is_before, a.key_1 is not null as is_after
                from before as b full join after as a on \(keys.joined(separator: " and "))
                offset 0
            )
            \(insert)
            select
                \(tableLiterals), c.operation, p.key, c.old_body, c.new_body, c.topics,
                c.is_whole, c.is_moved
            from pair as p
            cross join lateral (
            \(indented(outcomes, by: 4))
            ) as c (operation, old_body, new_body, topics, is_whole, is_moved)
            where (c.is_whole or cardinality(c.topics) > 0)
                and (c.operation <> 'UPDATE' or c.old_body is distinct from c.new_body);
            """
    }

    /// What a pair comes to: one row if it kept its topics, as nearly all do, else up to four.
    private var outcomes: String {
        let told = told(of: .update)
        let topics =
            told == nil || definition.routes.isEmpty
            ? "p.new_topics" : "array(select t from unnest(p.new_topics) as t\(filter([told])))"
        return """
            select 'UPDATE', p.old_body, p.new_body, \(topics), true, false where p.has_stayed
            union all
            select o.operation, o.old_body, o.new_body, o.topics, o.is_whole, o.is_moved
            from (
            \(indented(parted, by: 4))
            ) as o (operation, old_body, new_body, topics, is_whole, is_moved)
            where not p.has_stayed
            """
    }

    /// What a pair with different topics, or with one side only, may come to.
    private var parted: String {
        let (old, new) = ("p.old_topics", "p.new_topics")
        guard !definition.routes.isEmpty else {
            return """
                values
                    ('DELETE', p.old_body, null, \(old), not p.is_after, false),
                    ('UPDATE', p.old_body, p.new_body, \(new), p.is_before and p.is_after, false),
                    ('INSERT', null, p.new_body, \(new), not p.is_before, false)
                """
        }
        let others = "select unnest(\(old)) except select unnest(\(new))"
        let isMoved = """
            split_part(t, ':', 1) in (select split_part(n, ':', 1) from unnest(\(new)) as n)
            """
        let left = topics(others, where: "not \(isMoved)", .delete)
        let moved = topics(others, where: isMoved, .delete)
        let kept = topics("select unnest(\(old)) intersect select unnest(\(new))", .update)
        let entered = topics("select unnest(\(new)) except select unnest(\(old))", .insert)
        return """
            values
                ('DELETE', p.old_body, null, \(left), not p.is_after, false),
                ('DELETE', p.old_body, null, \(moved), false, true),
                ('UPDATE', p.old_body, p.new_body, \(kept), p.is_before and p.is_after, false),
                ('INSERT', null, p.new_body, \(entered), not p.is_before, false)
            """
    }

    private let none = "'{}'::pg_catalog.text[]"

    /// Some topics of both sides, as far as they are told of an operation.
    private func topics(
        _ query: String,
        where condition: String? = nil,
        _ operation: FamilyChange.Operation
    ) -> String {
        if let told = told(of: operation), told == "false" { return none }
        let conditions = filter([condition, told(of: operation)])
        return "array(select t from (\(query)) as s (t)\(conditions) order by 1)"
    }

    /// Whether topic `t` is told of an operation; nil if all are.
    private func told(of operation: FamilyChange.Operation) -> String? {
        let told = Set(
            definition.routes.filter { $0.operations.contains(operation) }.map(\.family)
        )
        guard told.count < Set(definition.routes.map(\.family)).count else { return nil }
        guard !told.isEmpty else { return "false" }
        return "split_part(t, ':', 1) in (\(literals(told.sorted())))"
    }

    private func filter(_ conditions: [String?]) -> String {
        let conditions = conditions.compactMap(\.self)
        return conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
    }

    /// What is sent of the rows of one transition table; only topics told of an operation, if one
    /// is given.
    private func side(
        _ rows: String,
        told operation: FamilyChange.Operation? = nil,
        hasKey: Bool = true
    ) -> String {
        let keyNames = definition.key.enumerated().map { index, column in
            "r.\(SQLText.identifier(column)) as key_\(index + 1)"
        }
        let condition = definition.condition.map { _ in "\nwhere (\n    \(mark(0))\n)" }
        return """
            select
                \(keyNames.joined(separator: ", ")),
                \(hasKey ? "\(object(definition.key)) as key,\n    " : "")\(body) as body,
                \(names(told: operation)) as topics
            from \(rows) as r\(condition ?? "")
            """
    }

    private func mark(_ index: Int) -> String {
        TriggerFunction.mark + "\(index)" + TriggerFunction.mark
    }

    private var body: String {
        switch definition.columns {
        case .except([]): "to_jsonb(r.*)"
        case .except(let columns): "to_jsonb(r.*) - array[\(literals(columns))]::pg_catalog.text[]"
        case .only(let columns): object(columns)
        }
    }

    private func literals(_ texts: [String]) -> String {
        texts.map(SQLText.literal).joined(separator: ", ")
    }

    /// The topics of a row, in order and each once.
    private func names(told operation: FamilyChange.Operation?) -> String {
        var columns: [String] = []
        var lookups: [String] = []
        var families: [String] = []
        for (index, (route, topic)) in zip(definition.routes, topics).enumerated() {
            if let operation, !route.operations.contains(operation) { continue }
            families.append(route.family)
            let condition = route.condition.map { _ in
                "case when (\n    \(mark(index + 1))\n) then "
            }
            if topic.looksUp {
                let found = """
                    array(select distinct t from \(topic.sources) cross join lateral \
                    (select \(topic.name)) as s (t) where t is not null order by 1)
                    """
                lookups.append(condition.map { "\($0)\(found) else \(none) end" } ?? found)
            } else {
                columns.append(condition.map { "\($0)\(topic.name) end" } ?? topic.name)
            }
        }
        var parts = lookups
        if !columns.isEmpty {
            parts.insert("array_remove(array[\(columns.joined(separator: ", "))], null)", at: 0)
        }
        guard !parts.isEmpty else { return none }
        let all = parts.joined(separator: " || ")
        guard Set(families).count < families.count else { return all }
        return "array(select distinct unnest(\(all)) order by 1)"
    }

    /// An object of some columns of the row, made in parts: a function takes at most 100 arguments.
    private func object(
        _ columns: [String],
        value: (Int, String) -> String = { "r.\(SQLText.identifier($1))" }
    ) -> String {
        stride(from: 0, to: columns.count, by: 50).map { start in
            let pairs = (start..<min(start + 50, columns.count)).map { index in
                "\(SQLText.literal(columns[index])), \(value(index, columns[index]))"
            }
            return "jsonb_build_object(\(pairs.joined(separator: ", ")))"
        }.joined(separator: " || ")
    }
}
