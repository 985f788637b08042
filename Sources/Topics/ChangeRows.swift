/// The statements that turn transition tables into rows of the outbox.
struct ChangeRows {
    let definition: ChangeDefinition
    /// For each route the function that follows its path, quoted; `nil` where it has none.
    let lookupNames: [String?]

    /// Stands for the condition until everything around it is indented.
    ///
    /// A condition may have texts of several lines, which indenting would change. Names have no
    /// control characters, so the mark is nowhere else.
    static let conditionMark = "\u{1}"

    /// One statement for each operation, chosen by `tg_op`, and one ring for whatever was written.
    var dispatch: String {
        """
        if tg_op = 'INSERT' then
        \(indented(oneSided("INSERT", rows: ChangeTrigger.rowsAfter, isOld: false), by: 4))
        elsif tg_op = 'UPDATE' then
        \(indented(paired, by: 4))
        elsif tg_op = 'DELETE' then
        \(indented(oneSided("DELETE", rows: ChangeTrigger.rowsBefore, isOld: true), by: 4))
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

    private var insert: String {
        """
        insert into realtime.changes (
            table_schema, table_name, operation, key, old, new, topics, published
        )
        """
    }

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
    private func keyless(_ operation: String, rows: String) -> String {
        """
        \(insert)
        select \(tableLiterals), '\(operation)', null, null, null, '{}', true
        from \(rows) as r;
        """
    }

    private func oneSided(_ operation: String, rows: String, isOld: Bool) -> String {
        guard !definition.key.isEmpty else { return keyless(operation, rows: rows) }
        return """
            with side as materialized (
            \(indented(side(rows), by: 4))
            )
            \(insert)
            select \(tableLiterals), '\(operation)', s.key, \
            \(isOld ? "s.body, null" : "null, s.body"), s.topics, true
            from side as s;
            """
    }

    /// Pairs old and new rows by key.
    ///
    /// Topics that a row leaves see it deleted, topics that it enters see it inserted, the others
    /// see it updated; a row without its other side (a changed key, or a condition that holds for
    /// one side only) leaves or enters all of them. Exactly one of these rows says what happened
    /// whatever the topics are: that one is published.
    private var paired: String {
        guard !definition.key.isEmpty else {
            return keyless("UPDATE", rows: ChangeTrigger.rowsAfter)
        }
        let (old, new) = ("p.old_topics", "p.new_topics")
        let left = compared(old, "except", new, whenSame: "'{}'")
        let kept = compared(old, "intersect", new, whenSame: new)
        let entered = compared(new, "except", old, whenSame: "'{}'")
        let keys = definition.key.indices.map { "b.key_\($0 + 1) = a.key_\($0 + 1)" }
        return """
            with before as (
            \(indented(side(ChangeTrigger.rowsBefore), by: 4))
            ), after as (
            \(indented(side(ChangeTrigger.rowsAfter), by: 4))
            ), pair as (
                select
                    coalesce(a.key, b.key) as key, b.body as old_body, a.body as new_body,
                    b.topics as old_topics, a.topics as new_topics,
                    coalesce(b.topics = a.topics, false) as has_stayed,
                    b.body is not null as is_before, a.body is not null as is_after
                from before as b full join after as a on \(keys.joined(separator: " and "))
            )
            \(insert)
            select
                \(tableLiterals), c.operation, p.key, c.old_body, c.new_body, c.topics,
                c.is_whole
            from pair as p
            cross join lateral (
                values
                    ('DELETE', p.old_body, null, \(left), not p.is_after),
                    ('UPDATE', p.old_body, p.new_body, \(kept), p.is_before and p.is_after),
                    ('INSERT', null, p.new_body, \(entered), not p.is_before)
            ) as c (operation, old_body, new_body, topics, is_whole)
            where (c.is_whole or cardinality(c.topics) > 0)
                and (c.operation <> 'UPDATE' or c.old_body is distinct from c.new_body);
            """
    }

    /// Compares the topics of both sides, which seldom differ.
    private func compared(
        _ one: String,
        _ set: String,
        _ other: String,
        whenSame: String
    ) -> String {
        "case when p.has_stayed then \(whenSame) else array("
            + "select unnest(\(one)) \(set) select unnest(\(other)) order by 1) end"
    }

    /// What is sent of the rows of one transition table.
    private func side(_ rows: String) -> String {
        let keyNames = definition.key.enumerated().map { index, column in
            "r.\(SQLText.identifier(column)) as key_\(index + 1)"
        }
        let condition = definition.condition.map { _ in
            "\nwhere (\n    \(Self.conditionMark)\n)"
        }
        return """
            select
                \(keyNames.joined(separator: ", ")),
                \(object(definition.key)) as key,
                \(body) as body,
                \(topics) as topics
            from \(rows) as r\(condition ?? "")
            """
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

    private var topics: String {
        guard !definition.routes.isEmpty else { return "'{}'::pg_catalog.text[]" }
        var columns: [String] = []
        var lookups: [String] = []
        for (route, lookup) in zip(definition.routes, lookupNames) {
            let prefix = SQLText.literal(route.family + ":")
            let value = "r.\(SQLText.identifier(route.keys[0].column))"
            if let lookup {
                lookups.append(
                    "array(select distinct \(prefix) || f from \(lookup)(\(value)) as f "
                        + "where f is not null order by 1)"
                )
            } else {
                columns.append("\(prefix) || \(value)::pg_catalog.text")
            }
        }
        var parts = lookups
        if !columns.isEmpty {
            parts.insert("array_remove(array[\(columns.joined(separator: ", "))], null)", at: 0)
        }
        let all = parts.joined(separator: " || ")
        let families = Set(definition.routes.map(\.family))
        guard families.count < definition.routes.count else { return all }
        return "array(select distinct unnest(\(all)) order by 1)"
    }

    /// An object of some columns of the row, made in parts: a function takes at most 100 arguments.
    private func object(_ columns: [String]) -> String {
        stride(from: 0, to: columns.count, by: 50).map { start in
            let pairs = columns[start..<min(start + 50, columns.count)].map { column in
                "\(SQLText.literal(column)), r.\(SQLText.identifier(column))"
            }
            return "jsonb_build_object(\(pairs.joined(separator: ", ")))"
        }.joined(separator: " || ")
    }
}
