internal import Postgres
internal import Topics

/// Tries the rules of a contract out on a database, in a transaction that is rolled back.
///
/// Each rule is prepared, which says whether it is one expression of the right type; then its
/// function is made for this session alone, and called as each role, read only, without sequential
/// scans where there is an index to use.
struct RuleTrial {
    let contract: TopicContract
    let catalog: SchemaCatalog
    let options: ContractSchemaOptions
    let connection: PostgresConnection

    private(set) var problems: [TopicProblem] = []
    private(set) var skipped: [String] = []

    init(
        contract: TopicContract,
        catalog: SchemaCatalog,
        options: ContractSchemaOptions,
        connection: PostgresConnection
    ) {
        self.contract = contract
        self.catalog = catalog
        self.options = options
        self.connection = connection
    }

    /// Tries all rules; the caller has begun a transaction, and rolls it back.
    mutating func run() throws(PostgresError) {
        // Plans of earlier statements may be of another moment.
        try connection.execute("DISCARD PLANS; SET LOCAL statement_timeout = '5s'")
        for family in contract.families {
            for parameter in family.pattern.parameters { try check(parameter, of: family) }
            for change in family.changes { try check(change) }
            var known: Set<UInt32> = []
            for rule in family.members.distinctRules {
                try check(rule, of: family, seeing: &known)
            }
        }
        skipped = Array(Set(skipped)).sorted()
    }

    private mutating func check(
        _ parameter: TopicPattern.Parameter,
        of family: TopicFamily
    ) throws(PostgresError) {
        if parameter.name.hasPrefix(RuleBody.reservedPrefix) {
            add(family.place, "the parameter \(parameter.name) begins with waypost_: rename it")
        }
        guard case .text(let pattern) = parameter.type else { return }
        // By itself first: it must not close the group that is put around it.
        for text in [SQLText.literal(pattern), RuleBody.whole(pattern)] {
            let failure = try attempt("SELECT ''::pg_catalog.text ~ \(text)")
            guard let failure else { continue }
            add(
                family.place,
                "the pattern of \(parameter.name) is no regular expression of PostgreSQL: "
                    + Self.words(failure)
            )
            return
        }
    }

    /// Looks whether a condition on rows is one, over the columns of its table.
    private mutating func check(_ change: FamilyChange) throws(PostgresError) {
        guard let condition = change.condition, catalog.tables[change.table] != nil else { return }
        do throws(RuleText.Malformed) {
            _ = try RuleText(condition.sql)
        } catch {
            add(condition.place, "the condition on rows of \(change.table) \(error.words)")
            return
        }
        let failure = try prepare(
            """
            SELECT CASE WHEN (
            \(condition.sql)
            ) THEN 1 END FROM \(change.table.sql) AS r
            """
        )
        if let failure {
            add(
                condition.place,
                "the condition on rows of \(change.table) cannot be used: "
                    + Self.words(failure)
            )
        }
    }

    private mutating func check(
        _ rule: FamilyRule,
        of family: TopicFamily,
        seeing known: inout Set<UInt32>
    ) throws(PostgresError) {
        guard let expression = rule.expression(in: family.members) else { return }
        let what = "the rule for \(rule.fileName)"
        let text: RuleText
        do throws(RuleText.Malformed) {
            text = try RuleText(expression.sql)
        } catch {
            add(expression.place, "\(what) \(error.words)")
            return
        }
        let names = Set(family.pattern.parameters.map(\.name))
        if let name = text.comparedWithItself(among: names) {
            add(
                expression.place,
                "\(what) compares \(name) with itself: without a table's name in front it is the "
                    + "parameter, so write the column as t.\(name)"
            )
        }
        if let failure = try prepared(rule, expression, family.pattern) {
            add(expression.place, "\(what) cannot be used: \(failure)")
            return
        }
        let function = try attempt(
            """
            CREATE OR REPLACE FUNCTION pg_temp.waypost_trial() RETURNS \
            \(rule == .readerClass ? "pg_catalog.text" : "boolean")
            LANGUAGE plpgsql STABLE AS \
            \(SQLText.body(RuleBody(family: family, rule: rule, isTrial: true).text));
            GRANT EXECUTE ON FUNCTION pg_temp.waypost_trial() TO PUBLIC
            """,
            isKept: true
        )
        if let function {
            if function.sqlState == "42501" {
                skipped.append("rules are not tried out: the login may not make temporary objects")
            } else {
                add(expression.place, "\(what) cannot be used: \(Self.words(function))")
            }
            return
        }
        try call(what, expression.place, of: family)
        try inspect(what, expression.place, of: family, seeing: &known)
        _ = try attempt("DROP FUNCTION pg_temp.waypost_trial()", isKept: true)
    }

    /// Prepares the expression where only a single one of the right type can stand.
    ///
    /// - Returns: What is wrong with its form; what is wrong with its names its function tells.
    private func prepared(
        _ rule: FamilyRule,
        _ expression: RuleExpression,
        _ pattern: TopicPattern
    ) throws(PostgresError) -> String? {
        let columns = pattern.parameters.enumerated().map { place, parameter in
            let type =
                switch parameter.type {
                case .bigint: "bigint"
                case .uuid: "pg_catalog.uuid"
                case .text: "pg_catalog.text"
                }
            return "$\(place + 1)::\(type) AS \(SQLText.identifier(parameter.name))"
        }
        let value =
            rule == .readerClass
            ? "CASE WHEN true THEN coalesce((\n\(expression.sql)\n), NULL::pg_catalog.text) END"
            : "CASE WHEN (\n\(expression.sql)\n) THEN 1 END"
        let statement = """
            SELECT \(value)
            FROM (SELECT \(columns.joined(separator: ", "))) AS waypost_parameters
            """
        guard let failure = try prepare(statement) else { return nil }
        let isForm = ["42601", "42804", "0A000", "42803", "42P20"].contains(failure.sqlState)
        return isForm ? Self.words(failure) : nil
    }

    /// Has a statement parsed by itself: several in one are refused, whatever the text is.
    ///
    /// - Returns: What the database said when it refused.
    private func prepare(_ statement: String) throws(PostgresError) -> PostgresError? {
        try connection.execute("SAVEPOINT waypost_prepared")
        var failure: PostgresError?
        do throws(PostgresError) {
            try connection.prepare("waypost_trial", statement)
        } catch {
            guard !error.isConnectionLost else { throw error }
            failure = error
        }
        try connection.execute("ROLLBACK TO SAVEPOINT waypost_prepared")
        if failure == nil { try connection.execute("DEALLOCATE waypost_trial") }
        return failure
    }

    mutating func add(
        _ place: SourcePlace?,
        severity: TopicProblem.Severity = .error,
        _ message: String
    ) {
        let problem = TopicProblem(place, severity: severity, message)
        if !problems.contains(problem) { problems.append(problem) }
    }

    mutating func skip(_ sentence: String) { skipped.append(sentence) }

    /// Runs statements in a subtransaction.
    ///
    /// - Returns: What the database said when it refused; nothing is left then.
    func attempt(_ sql: String, isKept: Bool = false) throws(PostgresError) -> PostgresError? {
        try connection.execute("SAVEPOINT waypost_attempt")
        do throws(PostgresError) {
            try connection.execute(sql)
            let end = isKept ? "RELEASE SAVEPOINT" : "ROLLBACK TO SAVEPOINT"
            try connection.execute("\(end) waypost_attempt")
            return nil
        } catch {
            guard !error.isConnectionLost else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT waypost_attempt")
            return error
        }
    }

    /// What the database said, in one line.
    static func words(_ error: PostgresError) -> String {
        let said = (error.serverMessage ?? "\(error)").split(whereSeparator: \.isNewline)
        return said.joined(separator: " ") + (error.sqlState.map { " (\($0))" } ?? "")
    }
}
