/// The statements that note whose memberships a statement may have changed: one row of the outbox,
/// however many rows the statement was about.
///
/// What is too much to be named one by one is named by the topics without the members, or by the
/// members without the topics, or as all of the family: a row stays small, and the gateway asks
/// about more than it would have to.
struct ConcernRows {
    let definition: ChangeDefinition
    /// For each concern the names of its topics, over the columns of `c`; nil for the whole family.
    let topics: [TopicSQL?]

    /// Topics and members, each, that are named one by one.
    static let countMax = 1_000

    /// Bytes of a member's name; who has a longer one is not told from others.
    private static let memberByteCountMax = 255

    /// The whole function.
    var function: TriggerFunction {
        TriggerFunction(
            purpose: "concerns",
            table: definition.table,
            statements: dispatch,
            fallback: everybody,
            facts: "'concerns', 'topics'"
        )
    }

    private var dispatch: String {
        """
        if tg_op = 'INSERT' then
        \(indented(statement(.insert), by: 4))
        elsif tg_op = 'UPDATE' then
            if \(isLarge) or \(isAboutSomebody) then
        \(indented(statement(.update), by: 8))
            end if;
        elsif tg_op = 'DELETE' then
        \(indented(statement(.delete), by: 4))
        else
        \(indented(ConcernSQL.insert(definition.table, values: families), by: 4))
        end if;
        if found then
            perform realtime.ring();
        end if;
        """
    }

    /// Whether an UPDATE is of so many rows that the question whether it matters is not worth it.
    private let isLarge = """
        (select count(*) from (select from \(ChangeTrigger.rowsAfter) limit 9) as s) > 8
        """

    /// Whether an UPDATE changed anything that counts.
    ///
    /// Most are about nobody, such as a session's last message: they pay for this question alone.
    private var isAboutSomebody: String {
        definition.concerns.map { concern in
            let keys = (concern.keys ?? []).indices.map { "key_\($0 + 1)" }
            return "exists (\n\(indented(changed(concern, keys, .update, ends: false), by: 8)))"
        }.joined(separator: " or ")
    }

    private var everybody: String {
        ConcernSQL.insert(definition.table, values: families) + "\nperform realtime.ring();"
    }

    private var families: String {
        let families = Set(definition.concerns.map(\.family)).sorted()
        let triples = families.map { "\(SQLText.literal($0 + ":*")), '', ''" }
        return "array[\(triples.joined(separator: ", "))]::pg_catalog.text[]"
    }

    private func statement(_ trigger: ChangeTrigger) -> String {
        let found = definition.concerns.indices.map { steps($0 + 1, trigger) }
        let concerned = definition.concerns.indices.map { "select * from concerned_\($0 + 1)" }
        return """
            with \(found.joined(separator: ", "))
            \(ConcernSQL.insert(definition.table, select: concerned.joined(separator: " union ")))
            """
    }

    /// The steps from the rows of a statement to whom they concern.
    private func steps(_ number: Int, _ trigger: ChangeTrigger) -> String {
        let concern = definition.concerns[number - 1]
        let topic = topics[number - 1]
        let ends = concern.endsTopic && trigger == .delete
        let keys = (concern.keys ?? []).indices.map { "key_\($0 + 1)" }
        let all = SQLText.literal(concern.family + ":*")
        let (count, effect) = (Self.countMax, ends ? "'end'" : "''")
        let isFew = "(select count(*) from named_\(number)) <= \(count)"
        return """
            changed_\(number) as materialized (
            \(indented(changed(concern, keys, trigger, ends: ends), by: 4))
            ), kept_\(number) as materialized (
            \(indented(kept(number, keys), by: 4))
            ), named_\(number) as materialized (
                select t.topic, c.member
                from kept_\(number) as c cross join lateral (
            \(indented(naming(topic, all), by: 8))
                ) as t (topic)
                where t.topic is not null
                limit \(count + 1)
            ), member_\(number) as (
                select distinct c.member from changed_\(number) as c limit \(count + 1)
            ), concerned_\(number) as (
                select n.topic, n.member, \(effect) as effect from named_\(number) as n
                where \(isFew) and exists (select from kept_\(number))
                union
                select \(all), m.member, ''
                from (
                    select case when count(*) > \(count) then '{""}' else array_agg(member) end
                    from member_\(number)
                ) as s (members) cross join unnest(s.members) as m (member)
                where not (\(isFew) and exists (select from kept_\(number)))
            )
            """
    }

    private func naming(_ topic: TopicSQL?, _ all: String) -> String {
        guard let topic else { return "select \(all)" }
        return topic.looksUp ? "select \(topic.name) from \(topic.sources)" : "select \(topic.name)"
    }

    /// What changed, with members; if that is too much, without; if that is, too, nothing.
    private func kept(_ number: Int, _ keys: [String]) -> String {
        let changed = "changed_\(number)"
        let isFew = "(select count(*) from \(changed)) <= \(Self.countMax)"
        let all = "select * from \(changed) as c where \(isFew)"
        guard !keys.isEmpty else { return all }
        let names = keys.joined(separator: ", ")
        return """
            \(all)
            union all
            select distinct \(names), '' from \(changed)
            where not \(isFew) and (
                select count(*)
                from (select distinct \(names) from \(changed) limit \(Self.countMax + 1)) as s
            ) <= \(Self.countMax)
            """
    }

    /// The topics' keys and the members of the rows that count.
    private func changed(
        _ concern: ConcernRoute,
        _ keys: [String],
        _ trigger: ChangeTrigger,
        ends: Bool
    ) -> String {
        let values = zip(keys, concern.keys ?? []).map { name, path in
            "r.\(SQLText.identifier(path.column)) as \(name)"
        }
        let member = ends ? "''" : concern.member.map(Self.member) ?? "''"
        let columns = (values + ["\(member) as member"]).joined(separator: ", ")
        let names = (keys + ["member"]).joined(separator: ", ")
        switch trigger {
        case .insert: return "select distinct \(columns) from \(ChangeTrigger.rowsAfter) as r"
        case .delete: return "select distinct \(columns) from \(ChangeTrigger.rowsBefore) as r"
        case .update, .truncate:
            return ConcernSQL.changed(names, columns, watched: concern.columns)
        }
    }

    /// A member's name; a row that names nobody, or nobody that a token can name, is about all.
    private static func member(_ column: String) -> String {
        let value = "r.\(SQLText.identifier(column))::pg_catalog.text"
        let isShort = "octet_length(\(value)) <= \(memberByteCountMax)"
        return "coalesce(case when \(isShort) then \(value) end, '')"
    }
}

/// Statements about concerns, whoever found out whom they are about.
enum ConcernSQL {
    /// Writes given triples to the outbox.
    static func insert(_ table: TableName, values triples: String) -> String {
        """
        \(into)
        values (\(literals(table)), tg_op, \(triples));
        """
    }

    /// Writes the rows of a query, of three texts each, to the outbox; nothing where there is none.
    static func insert(_ table: TableName, select concerned: String) -> String {
        """
        \(into)
        select \(literals(table)), tg_op, array(select unnest(s.triples))
        from (
            select array_agg(array[c.topic, c.member, c.effect])
            from (\(concerned)) as c (topic, member, effect)
        ) as s (triples)
        where s.triples is not null;
        """
    }

    /// What an UPDATE changed, on either side: counted, so that nothing has to tell rows apart.
    ///
    /// - Parameters:
    ///   - names: The names of columns.
    ///   - columns: What they are, over the row `r`.
    ///   - watched: The columns whose changes count as well; nil for all.
    /// - Returns: A query.
    static func changed(_ names: String, _ columns: String, watched: [String]?) -> String {
        let texts =
            watched.map { names in
                names.map { "r.\(SQLText.identifier($0))::pg_catalog.text" }
            } ?? ["(r.*)::pg_catalog.text"]
        let list = texts.enumerated().map { ", \($1) as watched_\($0 + 1)" }.joined()
        let groups = texts.indices.map { ", watched_\($0 + 1)" }.joined()
        return """
            select distinct \(names) from (
                select 1 as side, \(columns)\(list) from \(ChangeTrigger.rowsAfter) as r
                union all
                select -1, \(columns)\(list) from \(ChangeTrigger.rowsBefore) as r
            ) as s
            group by \(names)\(groups) having sum(side) <> 0
            """
    }

    private static let into = """
        insert into realtime.changes (table_schema, table_name, operation, concerns)
        """

    private static func literals(_ table: TableName) -> String {
        SQLText.literal(table.schema) + ", " + SQLText.literal(table.name)
    }
}
