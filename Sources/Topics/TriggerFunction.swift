/// A trigger function that writes to the outbox.
///
/// Types are named with their schema: an empty search path still finds temporary types first, and a
/// writer's own type must not run its checks with the rights of the function's owner.
struct TriggerFunction {
    /// What the function's name begins with, and behind `realtime_` the triggers' names.
    let purpose: String
    /// The table.
    let table: TableName
    /// What it does, as statements of PL/pgSQL.
    let statements: String
    /// Texts that stand in the statements by their numbers, between two of ``mark``.
    var insertions: [String] = []
    /// What it does instead when the statements fail and the writer wants no error.
    var fallback: String?
    /// What the note in the catalog says besides who made the function, as arguments of
    /// `jsonb_build_object`.
    let facts: String

    /// Encloses the number of an inserted text until everything around it is indented.
    ///
    /// A condition may have texts of several lines, which indenting would change. Names have no
    /// control characters, so the mark is nowhere else.
    static let mark = "\u{1}"

    /// Spells values the same whatever the writer's session prefers.
    private static let spelling = """
        set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
        set bytea_output = 'hex' set extra_float_digits = 1
        """

    /// The name, quoted, with its schema.
    var name: String { GeneratedName(purpose, of: table).sql }

    /// The statement that makes the function.
    var sql: String {
        let body = """
            #variable_conflict use_column
            declare
                is_lenient constant boolean :=
                    coalesce(current_setting('realtime.on_error', true) = 'warn', false);
            begin
                if is_lenient then
                    begin
            \(indented(statements, by: 12))
                    exception when others then
                        raise warning using
                            errcode = sqlstate,
                            message = \(SQLText.literal(warning)) || sqlstate;\(otherwise)
                    end;
                else
            \(indented(statements, by: 8))
                end if;
                return null;
            end
            """
        return """
            create or replace function \(name)() returns trigger
            language plpgsql security definer set search_path = ''
            \(Self.spelling) as \(SQLText.body(filled(body)));
            """
    }

    /// Tells two texts of the function apart.
    var digest: String { GeneratedName.hash(Array(sql.utf8)) }

    /// The statement that notes at the function what it does, for whoever reads the catalog.
    var note: String {
        let body = """
            begin
                execute format(
                    'comment on function %s is %L',
                    \(SQLText.literal("\(name)()")),
                    jsonb_build_object('made by', 'Waypost', \
            'digest', \(SQLText.literal(digest)), \(facts))::text
                );
            end
            """
        return "do \(SQLText.body(body));"
    }

    /// The statement that says who owns the function; nobody else may call it.
    var rights: String {
        FunctionRights.sql("\(name)()", grantee: nil, owner: FunctionRights.outboxOwner)
    }

    /// The statement that makes a trigger.
    func sql(_ trigger: ChangeTrigger) -> String {
        """
        create or replace trigger \(trigger.name(purpose))
            after \(trigger.rawValue) on \(table.sql)\(trigger.referencing)
            for each statement execute function \(name)();
        """
    }

    private var warning: String { "\(purpose) of \(table) are not sent: " }

    private var otherwise: String {
        guard let fallback else { return "" }
        return "\n"
            + indented(
                "begin\n\(indented(fallback, by: 4))\nexception when others then null;\nend;",
                by: 12
            )
    }

    private func filled(_ body: String) -> String {
        var filled = ""
        for (index, part) in body.split(separator: Self.mark, omittingEmptySubsequences: false)
            .enumerated()
        {
            filled += index % 2 == 0 ? String(part) : Int(part).map { insertions[$0] } ?? ""
        }
        return filled
    }
}
