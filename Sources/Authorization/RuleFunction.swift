internal import Postgres
internal import Topics

/// A role's rules as a PL/pgSQL function, which the database keeps compiled.
///
/// It answers many questions in one call. Each is evaluated by itself, as the caller's role, within
/// a subtransaction that is always rolled back: whatever a rule leaves behind, such as a setting in
/// which it remembers the caller, is gone before the next caller. Measured against a pipeline with
/// a transaction of its own for each question, it is half as fast again.
struct RuleFunction {
    let role: String
    let ruleSet: RuleSet
    /// The function's name without its schema, which is the connection's temporary one.
    let name: String

    /// Makes or replaces the function.
    var definition: String {
        """
        CREATE OR REPLACE FUNCTION pg_temp.\(name)(
            waypost_topics text[], waypost_claims text[], waypost_headers text[],
            OUT waypost_yes integer, OUT waypost_failures text, OUT waypost_class text)
        RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS \(SQLText.body(source))
        """
    }

    /// Asks; `$1` the topics, `$2` the claims and `$3` the headers, in step.
    var call: String {
        "SELECT waypost_yes, waypost_failures, waypost_class FROM pg_temp.\(name)($1, $2, $3)"
    }

    /// Reads what the function answered to one question.
    func verdict(_ rows: Rows, _ row: Int) -> (verdict: Verdict, failedRules: [FailedRule]) {
        var verdict = Verdict(AnswerBits(rawValue: rows.integer(row, 0).map(Int.init) ?? 0))
        verdict.readerClass = rows[row, 2]
        return (verdict, FailedRule.list(rows[row, 1] ?? "", policyNames: ruleSet.policyNames))
    }

    private var source: String {
        """
        #variable_conflict use_column
        DECLARE
            waypost_index integer;
            waypost_answer boolean;
            waypost_is_ready boolean;
            waypost_state text;
            waypost_before text;
        BEGIN
        FOR waypost_index IN 1 .. cardinality(waypost_topics) LOOP
            waypost_yes := NULL;
            waypost_failures := '';
            waypost_class := NULL;
            BEGIN
                \(assuming)
                SELECT \(sum) INTO waypost_yes;
                \(classifying)
                \(RuleSQL.undoing)
            EXCEPTION WHEN OTHERS OR assert_failure THEN
                \(blamingClass)
            END;
            IF waypost_yes IS NULL THEN
                waypost_yes := \(ruleSet.settled.rawValue);
                \(ruleSet.rules.map(asking).joined(separator: "\n"))
                \(classifyingAlone)
            END IF;
            RETURN NEXT;
        END LOOP;
        END
        """
    }

    private var assuming: String {
        RuleSQL.assuming(
            role: SQLText.literal(role),
            claims: "waypost_claims[waypost_index]",
            headers: "waypost_headers[waypost_index]",
            topic: "waypost_topics[waypost_index]"
        )
    }

    /// Asks for the class of whoever may read.
    private var classifying: String {
        guard ruleSet.hasReaderClass else { return "" }
        return """
            IF waypost_yes & \(AnswerBits.reading.rawValue) <> 0 THEN
                waypost_class := \(Self.readerClass);
                IF octet_length(waypost_class) > \(Self.classByteCountMax) THEN
                    RAISE string_data_right_truncation;
                END IF;
            END IF;
            """
    }

    /// Whoever has no class by an error has none; what may be read is not in question any more.
    private var blamingClass: String {
        guard ruleSet.hasReaderClass else { return "NULL;" }
        return """
            IF waypost_yes IS NOT NULL AND SQLSTATE <> 'WPEND' THEN
                waypost_class := NULL;
                waypost_failures := waypost_failures || SQLSTATE || '/\(FailedRule.classPlace) ';
            END IF;
            """
    }

    /// The same after the rules were asked one by one.
    private var classifyingAlone: String {
        guard ruleSet.hasReaderClass else { return "" }
        return """
            BEGIN
                \(assuming)
                \(classifying)
                \(RuleSQL.undoing)
            EXCEPTION WHEN OTHERS OR assert_failure THEN
                \(blamingClass)
            END;
            """
    }

    /// What topic files make of the rules for classes.
    static let readerClass = "realtime.reader_class()"
    /// As long as a name of PostgreSQL's.
    private static let classByteCountMax = 63

    /// All rules in one statement.
    private var sum: String {
        ([String(ruleSet.settled.rawValue)]
            + ruleSet.rules.map { rule in
                "CASE WHEN \(value(of: rule.expression, in: rule)) "
                    + "THEN \(rule.bits.rawValue) ELSE 0 END"
            }).joined(separator: " + ")
    }

    private func value(of expression: String, in rule: Rule) -> String {
        let row = SyntheticRow(columns: ruleSet.columns).from(
            for: expression,
            topic: "waypost_topics[waypost_index]",
            extension: SQLText.literal(rule.extensionName)
        )
        return "(SELECT (\(expression)) FROM \(row))"
    }

    /// Asks one rule by itself, and when it raises, each of its policies.
    private func asking(_ rule: Rule) -> String {
        """
        \(evaluating(rule.expression, in: rule, failing: "waypost_state := SQLSTATE;"))
        IF waypost_answer THEN
            waypost_yes := waypost_yes + \(rule.bits.rawValue);
        ELSIF waypost_answer IS NULL THEN
            waypost_before := waypost_failures;
            IF waypost_is_ready THEN
                \(rule.arms.map { blaming($0, in: rule) }.joined(separator: "\n"))
            END IF;
            IF waypost_failures = waypost_before THEN
                waypost_failures := waypost_failures || waypost_state || '/-1 ';
            END IF;
        END IF;
        """
    }

    private func blaming(_ arm: Rule.Arm, in rule: Rule) -> String {
        let place = ruleSet.place(of: arm.policy)
        let note = "waypost_failures := waypost_failures || SQLSTATE || '/\(place) ';"
        return evaluating(arm.expression, in: rule, failing: note)
    }

    /// Evaluates with nothing left behind; the answer is NULL when it raised.
    private func evaluating(_ expression: String, in rule: Rule, failing: String) -> String {
        """
        waypost_answer := NULL;
        waypost_is_ready := false;
        BEGIN
            \(assuming)
            waypost_is_ready := true;
            SELECT coalesce(\(value(of: expression, in: rule)), false) INTO waypost_answer;
            \(RuleSQL.undoing)
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            IF waypost_answer IS NULL THEN
                \(failing)
            END IF;
        END;
        """
    }
}
