internal import Postgres
internal import Topics

/// Expressions as a PL/pgSQL function that evaluates each by itself, as the caller, and tells value
/// or error of each.
///
/// As in a ``RuleFunction``, whatever an expression leaves behind is rolled back.
struct ExplanationFunction {
    /// An expression and the entries of a FROM list that its names are looked up in.
    struct Asked: Hashable {
        let expression: String
        let from: String
    }

    /// What an expression came to.
    struct Answer: Hashable {
        let value: String?
        /// The SQLSTATE and the message of its error.
        let raised: ExplainedOutcome?
    }

    /// A variable that names in the expressions may mean, before any column.
    struct Variable: Hashable {
        let name: String
        let type: String
        let value: String
    }

    let role: String
    let name: String
    let variables: [Variable]
    private(set) var asked: [Asked] = []
    private var places: [Asked: Int] = [:]

    /// Expressions beyond this many are not evaluated.
    static let countMax = 1_000

    /// Characters of a value that are kept.
    static let characterCountMax = 200

    init(role: String, name: String, variables: [Variable] = []) {
        self.role = role
        self.name = name
        self.variables = variables
    }

    /// Adds an expression; the same one is evaluated once.
    mutating func ask(_ expression: String, from: String = "") {
        let asked = Asked(expression: expression, from: from)
        guard places[asked] == nil, self.asked.count < Self.countMax else { return }
        places[asked] = self.asked.count
        self.asked.append(asked)
    }

    /// Makes or replaces the function.
    var definition: String {
        """
        CREATE OR REPLACE FUNCTION pg_temp.\(name)(
            waypost_topic text, waypost_claims text, waypost_headers text,
            OUT waypost_value text, OUT waypost_state text, OUT waypost_message text)
        RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS \(SQLText.body(source))
        """
    }

    /// Asks; `$1` the topic, `$2` the claims, `$3` the headers.
    var call: String {
        "SELECT waypost_value, waypost_state, waypost_message FROM pg_temp.\(name)($1, $2, $3)"
    }

    /// The answers, by expression.
    func answers(_ rows: Rows) -> [Asked: Answer] {
        var answers: [Asked: Answer] = [:]
        for (row, asked) in asked.enumerated() where row < rows.count {
            let raised = rows[row, 1].map {
                ExplainedOutcome.raised(sqlState: $0, message: rows[row, 2] ?? "")
            }
            answers[asked] = Answer(value: rows[row, 0], raised: raised)
        }
        return answers
    }

    private var source: String {
        """
        #variable_conflict \(variables.isEmpty ? "use_column" : "use_variable")
        BEGIN
        \(asked.map(asking).joined(separator: "\n"))
        END
        """
    }

    private func asking(_ asked: Asked) -> String {
        let declared = variables.map {
            "\(SQLText.identifier($0.name)) \($0.type) := \(SQLText.literal($0.value));"
        }.joined(separator: " ")
        let from = asked.from.isEmpty ? "" : "FROM \(asked.from)"
        // The line break ends a comment that may stand at the expression's end.
        return """
            waypost_value := NULL;
            waypost_state := NULL;
            waypost_message := NULL;
            BEGIN
                \(assuming)
                DECLARE \(declared)
                BEGIN
                    SELECT left((\(asked.expression)
                    )::text, \(Self.characterCountMax + 1)) INTO waypost_value \(from);
                END;
                waypost_message := '';
                \(RuleSQL.undoing)
            EXCEPTION WHEN OTHERS OR assert_failure THEN
                IF waypost_message IS NULL THEN
                    waypost_state := SQLSTATE;
                    waypost_message := left(SQLERRM, \(Self.characterCountMax + 1));
                END IF;
            END;
            RETURN NEXT;
            """
    }

    private var assuming: String {
        RuleSQL.assuming(
            role: SQLText.literal(role),
            claims: "waypost_claims",
            headers: "waypost_headers",
            topic: "waypost_topic"
        )
    }
}
