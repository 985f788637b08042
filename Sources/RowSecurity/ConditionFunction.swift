internal import Topics

/// Conditions of one kind as a PL/pgSQL function: names and values come as parameters, so that no
/// text of anybody's is ever part of SQL.
///
/// Conditions are evaluated as the role of who asks, but for nobody in particular: the claims are
/// empty, and one answer serves everybody of the role.
struct ConditionFunction {
    let kind: ConditionKind
    /// The function's name without its schema, which is the connection's temporary one.
    let name: String

    /// Makes or replaces the function; answers are those of ``RowFunction/definition``.
    var definition: String {
        """
        CREATE OR REPLACE FUNCTION pg_temp.\(name)(
            waypost_values text[], waypost_role text, waypost_columns text[],
            waypost_comparands text[], waypost_negations text[], waypost_places text[],
            waypost_patience interval,
            OUT waypost_answer text, OUT waypost_failures text)
        RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS \(SQLText.body(source))
        """
    }

    /// Asks; `$1` the rows, `$2` the role, then in step `$3` the columns, `$4` the arrays of what
    /// they are compared with, `$5` whether the opposite is meant, `$6` places of rows, from 1;
    /// `$7` for how long.
    var call: String {
        """
        SELECT waypost_answer, waypost_failures
        FROM pg_temp.\(name)($1, $2, $3, $4, $5, $6, $7::interval)
        """
    }

    private var source: String {
        RowLoop(
            declarations: """
                waypost_given text[]; waypost_column text; waypost_is_negated boolean;
                """,
            documents: RowDocuments(neededColumns: [], keptColumns: nil).reading,
            askers: "waypost_columns",
            preparation: """
                waypost_column := waypost_columns[waypost_index];
                waypost_given := waypost_comparands[waypost_index];
                waypost_is_negated := waypost_negations[waypost_index];
                """,
            assuming: assuming,
            letter: "CASE WHEN \(holds) THEN '1' ELSE '0' END",
            askingOne: askingOne
        ).source
    }

    private var askingOne: String {
        """
        waypost_yes := NULL;
        BEGIN
            \(assuming)
            SELECT coalesce(\(holds), false) INTO waypost_yes;
            \(RuleSQL.undoing)
        EXCEPTION
            \(RowLoop.canceled(unless: "waypost_yes IS NOT NULL"))
            WHEN OTHERS OR assert_failure THEN
                IF waypost_yes IS NULL THEN
                    waypost_failures := SQLSTATE || '/-1 ';
                END IF;
        END;
        waypost_answer := waypost_answer
            || CASE WHEN waypost_yes IS NULL THEN 'e' WHEN waypost_yes THEN '1' ELSE '0' END;
        """
    }

    private var assuming: String {
        RuleSQL.assuming(role: "waypost_role", claims: "'{}'", headers: "'{}'")
    }

    /// Whether the condition holds: NULL is no, also for the opposite, and so is a missing column.
    private var holds: String {
        let expression = kind.expression(value: "waypost_value", given: "waypost_given")
        let collation = kind.type.collation.map { " COLLATE \($0)" } ?? ""
        return """
            CASE WHEN waypost_documents[waypost_place] ? waypost_column THEN (
                SELECT (\(expression)) <> waypost_is_negated
                FROM jsonb_to_record(jsonb_build_object(
                        'waypost_value', waypost_documents[waypost_place] -> waypost_column))
                    AS waypost_row(waypost_value \(kind.type.sql)\(collation))) END
            """
    }
}
