/// A function that follows a path from a row's column to the values at its end.
///
/// It belongs to the owner of the first table on the path: the owner of the trigger functions may
/// read no table of the domain, and needs no right to.
struct LookupFunction {
    /// The table whose rows the path begins at.
    let table: TableName
    /// The path; it has steps.
    let path: ColumnPath
    /// What the function's name begins with.
    let purpose: String

    /// The name, quoted, with its schema.
    var name: String { GeneratedName(purpose, of: table).sql }

    /// The statement that makes it.
    var sql: String {
        var from: [String] = []
        var value = "$1"
        for (index, step) in path.steps.enumerated() {
            let alias = "t\(index + 1)"
            let match = "\(alias).\(SQLText.identifier(step.match)) = \(value)"
            let table = "\(step.table.sql) as \(alias)"
            from.append(index == 0 ? table : "join \(table) on \(match)")
            value = "\(alias).\(SQLText.identifier(step.take))"
        }
        let start = "t1.\(SQLText.identifier(path.steps[0].match)) = $1"
        let body = """
            select \(value)::pg_catalog.text
            from \(from.joined(separator: "\n    "))
            where \(start)
            """
        return """
            create or replace function \(name)(\(argument)) returns setof pg_catalog.text
            language sql stable security definer set search_path = '' as \(SQLText.body(body));
            """
    }

    /// The statement that says who owns it and who may call it.
    var rights: String {
        let reader = """
            (select relowner from pg_catalog.pg_class \
            where oid = \(SQLText.literal(path.steps[0].table.sql))::pg_catalog.regclass)
            """
        return FunctionRights.sql(
            "\(name)(\(argument))",
            grantee: FunctionRights.outboxOwner,
            owner: reader
        )
    }

    private var argument: String { "\(table.sql).\(SQLText.identifier(path.column))%type" }
}

/// Who owns generated functions, and who may call them: else anyone could forge changes by putting
/// a trigger function on a table of their own.
enum FunctionRights {
    /// The owner of the outbox, as an SQL expression.
    static let outboxOwner =
        "(select nspowner from pg_catalog.pg_namespace where nspname = 'realtime')"

    /// Gives a function to its owner.
    ///
    /// - Parameters:
    ///   - function: The function with its arguments, quoted.
    ///   - grantee: Who else may call it, as an SQL expression; nil for nobody.
    ///   - owner: Who owns it, as an SQL expression.
    /// - Returns: One statement.
    static func sql(_ function: String, grantee: String?, owner: String) -> String {
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
}
