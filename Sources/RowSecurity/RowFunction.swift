internal import Topics

/// The policies of one table for one role as a PL/pgSQL function, which the database keeps
/// compiled.
///
/// It answers many callers in one call. Each is evaluated by itself, as the caller's role, within a
/// subtransaction that is always rolled back: whatever a rule leaves behind, such as a setting in
/// which it remembers the caller, is gone before the next caller. All rows of a caller are one
/// statement; where that raises, each row is asked by itself.
struct RowFunction {
    let role: String
    let rule: RowRule
    /// The function's name without its schema, which is the connection's temporary one.
    let name: String

    /// Makes or replaces the function.
    ///
    /// An answer has a letter for each row, see ``RowLetter``; failures read `22P02/1 `, a SQLSTATE
    /// and a place among the arms. Fewer answers than callers come back when the time is up.
    var definition: String {
        """
        CREATE OR REPLACE FUNCTION pg_temp.\(name)(
            waypost_values text[], waypost_claims text[], waypost_headers text[],
            waypost_places text[], waypost_patience interval,
            OUT waypost_answer text, OUT waypost_failures text)
        RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS \(SQLText.body(source))
        """
    }

    /// Asks; `$1` the rows, then in step `$2` claims, `$3` headers and `$4` places of rows, counted
    /// from 1; `$5` for how long.
    var call: String {
        """
        SELECT waypost_answer, waypost_failures
        FROM pg_temp.\(name)($1, $2, $3, $4, $5::interval)
        """
    }

    private var source: String {
        RowLoop(
            declarations: "waypost_is_ready boolean; waypost_state text;",
            documents: RowDocuments(
                neededColumns: rule.neededColumns,
                keptColumns: rule.keptColumns
            ).reading,
            askers: "waypost_claims",
            preparation: "",
            assuming: assuming,
            letter: """
                CASE WHEN waypost_documents[waypost_place] IS NULL THEN 'm'
                    WHEN \(value(of: rule.expression)) THEN '1' ELSE '0' END
                """,
            askingOne: askingOne
        ).source
    }

    private var assuming: String {
        RuleSQL.assuming(
            role: SQLText.literal(role),
            claims: "waypost_claims[waypost_index]",
            headers: "waypost_headers[waypost_index]"
        )
    }

    /// The row stands under the table's own name, so that expressions from the catalog mean it.
    private func value(of expression: String) -> String {
        """
        (SELECT (\(expression)) FROM jsonb_populate_record(
            NULL::\(rule.table.sql), waypost_documents[waypost_place])
            AS \(SQLText.identifier(rule.table.name)))
        """
    }

    /// Asks about one row by itself, and when the first one of a caller raises, each policy.
    private var askingOne: String {
        """
        \(evaluating(rule.expression, failing: "waypost_state := SQLSTATE;"))
        waypost_answer := waypost_answer || CASE
            WHEN waypost_documents[waypost_place] IS NULL THEN 'm'
            WHEN waypost_yes IS NULL THEN 'e' WHEN waypost_yes THEN '1' ELSE '0' END;
        IF waypost_yes IS NULL AND waypost_failures = '' THEN
            IF waypost_is_ready THEN
                \(rule.arms.indices.map(blaming).joined(separator: "\n"))
            END IF;
            IF waypost_failures = '' THEN
                waypost_failures := waypost_state || '/-1 ';
            END IF;
        END IF;
        """
    }

    private func blaming(_ place: Int) -> String {
        let note = "waypost_failures := waypost_failures || SQLSTATE || '/\(place) ';"
        return evaluating(rule.arms[place].expression, failing: note)
    }

    /// Evaluates with nothing left behind; the answer is NULL when it raised.
    private func evaluating(_ expression: String, failing: String) -> String {
        """
        waypost_yes := NULL;
        waypost_is_ready := false;
        BEGIN
            \(assuming)
            waypost_is_ready := true;
            SELECT waypost_documents[waypost_place] IS NOT NULL
                AND coalesce(\(value(of: expression)), false) INTO waypost_yes;
            \(RuleSQL.undoing)
        EXCEPTION
            \(RowLoop.canceled(unless: "waypost_yes IS NOT NULL"))
            WHEN OTHERS OR assert_failure THEN
                IF waypost_yes IS NULL THEN
                    \(failing)
                END IF;
        END;
        """
    }
}

/// What a row's letter in an answer means.
enum RowLetter {
    static let yes = UInt8(ascii: "1")
    static let no = UInt8(ascii: "0")
    static let missing = UInt8(ascii: "m")
    static let error = UInt8(ascii: "e")
    /// Stands for the whole answer.
    static let canceled = UInt8(ascii: "c")
}
