/// The functions behind the triggers of one table.
struct ChangeFunctions {
    let definition: ChangeDefinition

    /// The trigger function's name, quoted, with its schema.
    var name: String { SQLText.identifier(schema: "realtime", name: plainName("changes")) }

    /// Functions that follow the routes' paths.
    ///
    /// They belong to the owner of the first table on the path: the owner of the trigger function
    /// may read no table of the domain, and needs no right to.
    var lookups: [String] {
        definition.routes.enumerated().compactMap { index, route in
            route.keys[0].steps.isEmpty ? nil : lookup(route, name: lookupName(index))
        }
    }

    /// The trigger function.
    ///
    /// Types are named with their schema: an empty search path still finds temporary types first,
    /// and a writer's own type must not run its checks with the rights of the function's owner.
    var trigger: String {
        let rows = ChangeRows(definition: definition, lookupNames: lookupNames)
        let body = """
            #variable_conflict use_column
            declare
                is_lenient constant boolean :=
                    coalesce(current_setting('realtime.on_error', true) = 'warn', false);
            begin
                if is_lenient then
                    begin
            \(indented(rows.dispatch, by: 12))
                    exception when others then
                        raise warning using
                            errcode = sqlstate,
                            message = \(SQLText.literal(warning)) || sqlstate;
                    end;
                else
            \(indented(rows.dispatch, by: 8))
                end if;
                return null;
            end
            """
        let whole = body.replacing(
            ChangeRows.conditionMark,
            with: definition.condition ?? ""
        )
        return """
            create or replace function \(name)() returns trigger
            language plpgsql security definer set search_path = ''
            \(Self.spelling) as \(SQLText.body(whole));
            """
    }

    /// Spells values the same whatever the writer's session prefers.
    private static let spelling = """
        set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
        set bytea_output = 'hex' set extra_float_digits = 1
        """

    /// Tells two texts of the trigger function apart.
    var digest: String { Self.hash(Array(trigger.utf8)) }

    /// Notes at the function what it copies, for whoever reads the catalog.
    var note: String {
        let columns: String
        switch definition.columns {
        case .except(let names): columns = "'except', \(array(names))"
        case .only(let names): columns = "'only', \(array(names))"
        }
        let facts = """
            'made by', 'Waypost', 'topics', \(!definition.routes.isEmpty), \
            'digest', \(SQLText.literal(digest)), \(columns)
            """
        let body = """
            begin
                execute format(
                    'comment on function %s is %L',
                    \(SQLText.literal("\(name)()")),
                    jsonb_build_object(\(facts))::text
                );
            end
            """
        return "do \(SQLText.body(body));"
    }

    private func array(_ names: [String]) -> String {
        "array[\(names.map(SQLText.literal).joined(separator: ", "))]::pg_catalog.text[]"
    }

    /// Who owns the functions, and who may call them: else anyone could forge changes by putting
    /// the trigger function on a table of their own.
    var rights: [String] {
        let owner = "(select nspowner from pg_catalog.pg_namespace where nspname = 'realtime')"
        var statements: [String] = []
        for (index, route) in definition.routes.enumerated() {
            guard let first = route.keys[0].steps.first else { continue }
            let reader = """
                (select relowner from pg_catalog.pg_class \
                where oid = \(SQLText.literal(first.table.sql))::pg_catalog.regclass)
                """
            let column = "\(definition.table.sql).\(SQLText.identifier(route.keys[0].column))%type"
            let function = "\(lookupName(index))(\(column))"
            statements.append(ownership(of: function, grantee: owner, owner: reader))
        }
        return statements + [ownership(of: "\(name)()", grantee: nil, owner: owner)]
    }

    private var warning: String { "changes of \(definition.table) are not sent: " }

    private var lookupNames: [String?] {
        definition.routes.enumerated().map { index, route in
            route.keys[0].steps.isEmpty ? nil : lookupName(index)
        }
    }

    private func lookupName(_ index: Int) -> String {
        SQLText.identifier(schema: "realtime", name: plainName("route\(index + 1)"))
    }

    private func lookup(_ route: TopicRoute, name: String) -> String {
        var from: [String] = []
        var value = "$1"
        for (index, step) in route.keys[0].steps.enumerated() {
            let alias = "t\(index + 1)"
            let match = "\(alias).\(SQLText.identifier(step.match)) = \(value)"
            let table = "\(step.table.sql) as \(alias)"
            from.append(index == 0 ? table : "join \(table) on \(match)")
            value = "\(alias).\(SQLText.identifier(step.take))"
        }
        let start = "t1.\(SQLText.identifier(route.keys[0].steps[0].match)) = $1"
        let body = """
            select \(value)::pg_catalog.text
            from \(from.joined(separator: "\n    "))
            where \(start)
            """
        let type = "\(definition.table.sql).\(SQLText.identifier(route.keys[0].column))%type"
        return """
            create or replace function \(name)(\(type)) returns setof pg_catalog.text
            language sql stable security definer set search_path = '' as \(SQLText.body(body));
            """
    }

    private func ownership(of function: String, grantee: String?, owner: String) -> String {
        let literal = SQLText.literal(function)
        var lines = ["execute format('revoke execute on function %s from public', \(literal));"]
        if let grantee {
            lines.append(
                """
                execute format(
                    'grant execute on function %s to %I',
                    \(literal),
                    pg_get_userbyid(\(grantee))
                );
                """
            )
        }
        lines.append(
            """
            execute format(
                'alter function %s owner to %I',
                \(literal),
                pg_get_userbyid(\(owner))
            );
            """
        )
        let body = "begin\n\(indented(lines.joined(separator: "\n"), by: 4))\nend"
        return "do \(SQLText.body(body));"
    }

    /// A function's name: of the table's two names, so that people find it; with their hash where
    /// the two would not tell one table from another.
    private func plainName(_ purpose: String) -> String {
        let table = definition.table
        let name = "\(purpose)_\(table.schema)_\(table.name)"
        let isTelling = !table.schema.utf8.contains(UInt8(ascii: "_"))
        guard !isTelling || name.utf8.count > ChangeTriggerPlan.nameByteCountMax else {
            return name
        }
        let suffix = "_" + Self.hash(Array(table.schema.utf8) + [0] + Array(table.name.utf8))
        var kept = name
        while kept.utf8.count + suffix.utf8.count > ChangeTriggerPlan.nameByteCountMax {
            kept.unicodeScalars.removeLast()
        }
        return kept + suffix
    }

    /// FNV-1a, 64 bits, in hexadecimal digits.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
