internal import Changes
internal import Postgres
internal import Topics

/// Looks whether bindings can be served: first what the catalog knows, then what only the database
/// can say, in one round trip.
struct BindingCheck {
    let rules: RowRules
    let role: String
    let timeout: Duration
    /// What the database is asked, each in a transaction of its own as the role.
    private var questions: [(filter: ChangeFilter, sql: String, parameters: [String])] = []

    init(rules: RowRules, role: String, timeout: Duration) {
        self.rules = rules
        self.role = role
        self.timeout = timeout
    }

    /// Finds the first problem in order.
    mutating func problem(
        with bindings: [(table: PublishedTable, binding: ChangeBinding)]
    ) throws(PostgresError) -> BindingProblem? {
        var known: BindingProblem?
        for (table, binding) in bindings {
            known = problemFromCatalog(table, binding)
            if known != nil { break }
        }
        return try ask() ?? known
    }

    private mutating func problemFromCatalog(
        _ table: PublishedTable,
        _ binding: ChangeBinding
    ) -> BindingProblem? {
        let rolePlace = rules.place(ofRole: role)
        let readable = (rules.catalog.tables[table.oid]?.columns ?? []).filter { column in
            rolePlace.map(column.readers.contains) ?? false
        }
        func column(_ name: String) -> CatalogColumn? {
            readable.first { $0.name.utf8.elementsEqual(name.utf8) }
        }
        for filter in binding.filters {
            guard let column = column(filter.column) else {
                return BindingProblem(message: "invalid column for filter \(filter.column)")
            }
            if let problem = note(filter, column) { return problem }
        }
        for name in binding.columns ?? [] where column(name) == nil {
            return BindingProblem(message: "invalid column for select \(name)")
        }
        return nil
    }

    /// Checks a filter as far as its column's type says, and notes what to ask the database.
    private mutating func note(_ filter: ChangeFilter, _ column: CatalogColumn) -> BindingProblem? {
        let type = column.type
        if filter.comparison == .is {
            guard let word = filter.values.first, ConditionKind.keywords[word] != nil else {
                return BindingProblem(
                    message: "invalid value for is filter: must be null, true, false, or unknown"
                )
            }
            guard word == "null" || type.underlyingText == "boolean" else {
                return BindingProblem(
                    message: "is \(word) filter requires a boolean column, got \(type.text)"
                )
            }
            return nil
        }
        guard let kind = ConditionKind(filter, type: type), kind.isTextCompatible else {
            return BindingProblem(
                message: "operator \(filter.comparison.rawValue) requires a text-compatible column "
                    + "type, got \(type.text)"
            )
        }
        guard !filter.containsNUL else {
            return BindingProblem(
                sqlState: "22021",
                message: "invalid byte sequence for encoding \"UTF8\": 0x00"
            )
        }
        // Whether there is such an operator. No value is compared, not even NULL: a domain may
        // refuse it.
        let expression = kind.expression(value: "waypost_value", given: "$1::text[]")
        var sql = """
            SELECT (SELECT \(expression) FROM (
                SELECT NULL::\(type.sql) AS waypost_value WHERE false) AS waypost_none)
            """
        switch filter.comparison {
        case .in:
            sql +=
                ", (SELECT count(waypost_one::\(type.sql)) FROM unnest($1::text[]) "
                + "AS waypost_many(waypost_one))"
        case .match, .imatch: sql += ", '' ~ ($1::text[])[1]"
        case .like, .ilike, .is: break
        case .eq, .neq, .lt, .lte, .gt, .gte, .isdistinct: sql += ", ($1::text[])[1]::\(type.sql)"
        }
        questions.append((filter, sql, [ArrayText.of(filter.values)]))
        return nil
    }

    private func ask() throws(PostgresError) -> BindingProblem? {
        guard !questions.isEmpty else { return nil }
        var steps: [PipelineStep] = []
        for question in questions {
            steps += [
                .query("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
                .query(
                    """
                    SELECT set_config('statement_timeout', $1, true), set_config('role', $2, true)
                    """,
                    ["\(max(1, Int(timeout / .milliseconds(1))))", role]
                ),
                .query(question.sql, question.parameters),
                .sync, .query("ROLLBACK"), .sync,
            ]
        }
        rules.connection.statementDeadline = timeout * questions.count + RowExchange.answerGrace
        let outcomes = try rules.connection.pipeline(steps)
        for (place, question) in questions.enumerated() {
            if let problem = Self.problem(question.filter, outcomes[place * 4 + 2]) {
                return problem
            }
        }
        return nil
    }

    private static func problem(
        _ filter: ChangeFilter,
        _ outcome: Result<Rows, PostgresError>
    ) -> BindingProblem? {
        switch outcome {
        case .success:
            guard filter.comparison == .in, filter.values.count > Self.valueCountMax else {
                return nil
            }
            return BindingProblem(message: "too many values for `in` filter. Maximum 100")
        case .failure(let error):
            let message = error.serverMessage ?? "\(error)"
            switch filter.comparison {
            case .match, .imatch:
                return BindingProblem(
                    message: "invalid regular expression for \(filter.comparison.rawValue) filter: "
                        + message
                )
            case .eq, .neq, .lt, .lte, .gt, .gte, .in, .like, .ilike, .is, .isdistinct:
                return BindingProblem(sqlState: error.sqlState ?? "XX000", message: message)
            }
        }
    }

    static let valueCountMax = 100
}
