internal import Observation
internal import Postgres
internal import Topics

/// One connection with the compiled rules on it; lives on one thread.
final class Evaluator {
    /// A question and the moment after which nobody waits for its answer.
    struct Asked {
        let question: Question
        let deadline: ContinuousClock.Instant
    }

    /// What the last reading of the catalog came to.
    enum Rules {
        case compiled([RolePlan])
        case unreadable(sqlState: String?)
    }

    private let connection: PostgresConnection
    private let roleNames: [String]
    private let policyCheckInterval: Duration
    private let observe: Observe
    private var rules: Rules
    /// What the rules were compiled from; nil while they could not be.
    private(set) var catalog: PolicyCatalog?
    /// Counts how often ``catalog`` became another.
    private(set) var compiledCount = 0
    private var preparedPlaces: Set<Int> = []
    private var readAt: ContinuousClock.Instant

    /// Connects and compiles.
    ///
    /// - Parameters:
    ///   - configuration: Where to, which roles, which limits.
    ///   - observe: Told each time that the rules were compiled, or could not be.
    /// - Throws: ``PostgresError`` when there is no connection; rules that cannot be compiled do
    ///   not throw, they answer each question: ``Unavailability/policiesUnreadable(sqlState:)``.
    init(
        configuration: AuthorizationConfiguration,
        observe: @escaping Observe
    ) throws(PostgresError) {
        connection = try PostgresConnection(
            ConnectionString(configuration.dsn, applicationName: "waypost authorization"),
            connectTimeout: Self.connectTimeout
        )
        // Only a host that went silent takes longer than the statement's own limit.
        connection.statementDeadline = configuration.statementTimeout + Self.answerGrace
        roleNames = configuration.allowedRoles
        policyCheckInterval = configuration.policyCheckInterval
        self.observe = observe
        rules = .unreadable(sqlState: nil)
        readAt = .now
        let milliseconds = configuration.statementTimeout / .milliseconds(1)
        try connection.execute(
            """
            SET statement_timeout = \(Int(milliseconds));
            SET row_security = on;
            SET jit = off;
            SET client_min_messages = error
            """
        )
        try refresh()
    }

    /// Answers questions, with as many round trips as it takes.
    ///
    /// - Parameter asked: Questions whose roles are among the allowed ones and hold no NUL.
    /// - Returns: The answers, in step.
    /// - Throws: ``PostgresError`` only when the connection has ended.
    func answer(_ asked: [Asked]) throws(PostgresError) -> [Answer] {
        if ContinuousClock.now >= checkAt { try refresh() }
        var answers = try evaluate(asked)
        let stale = answers.indices.filter { answers[$0].suggestsStaleRules }
        // A rule that always raises so must not make every question read the catalog.
        guard !stale.isEmpty, ContinuousClock.now - readAt >= Self.staleCheckInterval,
            try refresh()
        else { return answers }
        let again = try evaluate(stale.map { asked[$0] })
        for (place, answer) in zip(stale, again) { answers[place] = answer }
        return answers
    }

    /// When the catalog is to be read again.
    var checkAt: ContinuousClock.Instant {
        switch rules {
        case .compiled: readAt + policyCheckInterval
        case .unreadable: readAt + min(policyCheckInterval, Self.staleCheckInterval)
        }
    }

    /// Reads the catalog and compiles when it has changed.
    ///
    /// - Returns: Whether it had.
    @discardableResult
    func refresh() throws(PostgresError) -> Bool {
        let before = ContinuousClock.now
        // From its end on: a reading that takes longer than the interval must not follow itself.
        defer { readAt = .now }
        do throws(PostgresError) {
            // A function wrongly declared IMMUTABLE may have left its value in a remembered plan.
            try connection.execute("DISCARD PLANS")
            let found = try PolicyCatalog.read(
                from: connection,
                roleNames: roleNames,
                previous: catalog
            )
            guard let read = found else {
                fail(sqlState: Self.undefinedTable)
                return true
            }
            guard read != catalog else { return false }
            catalog = nil
            rules = .compiled(try compile(read))
            catalog = read
            compiledCount += 1
            observe(
                .authorization(
                    .policiesCompiled(count: read.policies.count, duration: .now - before)
                )
            )
            return true
        } catch {
            guard !error.isConnectionLost else { throw error }
            fail(sqlState: error.sqlState)
            return true
        }
    }

    private func fail(sqlState: String?) {
        catalog = nil
        compiledCount += 1
        rules = .unreadable(sqlState: sqlState)
        observe(.authorization(.policiesFailed(sqlState: sqlState)))
    }

    private func compile(
        _ catalog: PolicyCatalog
    ) throws(PostgresError) -> [RolePlan] {
        let plans = catalog.roles.indices.map { RolePlan(catalog: catalog, place: $0) }
        for (place, plan) in plans.enumerated() {
            guard case .asking(let ruleSet) = plan else { continue }
            let name = Self.functionName(place)
            let role = catalog.roles[place].name
            let function = RuleFunction(role: role, ruleSet: ruleSet, name: name)
            try connection.execute(function.definition)
            if !preparedPlaces.contains(place) {
                try connection.prepare(name, function.call)
                preparedPlaces.insert(place)
            }
        }
        return plans
    }

    private static func functionName(_ rolePlace: Int) -> String {
        "waypost_verdicts_\(rolePlace)"
    }

    static let connectTimeout = Duration.seconds(2)
    private static let answerGrace = Duration.seconds(2)
    private static let staleCheckInterval = Duration.milliseconds(250)
    private static let undefinedTable = "42P01"
}

extension Evaluator {
    /// Answers by role: each role's rules are one function.
    private func evaluate(_ asked: [Asked]) throws(PostgresError) -> [Answer] {
        let plans: [RolePlan]
        switch rules {
        case .compiled(let compiled): plans = compiled
        case .unreadable(let sqlState):
            return asked.map { _ in .unavailable(.policiesUnreadable(sqlState: sqlState)) }
        }
        var answers = [Answer](
            repeating: .verdict(.denied, failedRules: [.roleNotAllowed]),
            count: asked.count
        )
        for (rolePlace, places) in placesByRole(asked) {
            switch plans[rolePlace] {
            case .settled(let verdict, let failedRules):
                for place in places { answers[place] = .verdict(verdict, failedRules: failedRules) }
            case .asking(let ruleSet):
                let given = try ask(places.map { asked[$0] }, rolePlace: rolePlace, ruleSet)
                for (place, answer) in zip(places, given) { answers[place] = answer }
            }
        }
        return answers
    }

    /// Where the questions of each allowed role stand in `asked`.
    private func placesByRole(_ asked: [Asked]) -> [Int: [Int]] {
        var places: [Int: [Int]] = [:]
        for (place, one) in asked.enumerated() {
            let role = one.question.caller.role
            guard let rolePlace = roleNames.firstIndex(where: { $0.utf8.elementsEqual(role.utf8) })
            else { continue }
            places[rolePlace, default: []].append(place)
        }
        return places
    }

    /// Asks one role's rules; questions that spoil a call for each other are asked apart.
    private func ask(
        _ asked: [Asked],
        rolePlace: Int,
        _ ruleSet: RuleSet
    ) throws(PostgresError) -> [Answer] {
        let now = ContinuousClock.now
        guard asked.contains(where: { $0.deadline > now }) else {
            return asked.map { _ in .unavailable(.deadlinePassed) }
        }
        // A plan that was made for one caller must not serve the next one then.
        let mustPlanAfresh = catalog?.hasFalseImmutable ?? true
        guard !mustPlanAfresh || asked.count == 1 else {
            var answers: [Answer] = []
            for one in asked { answers += try ask([one], rolePlace: rolePlace, ruleSet) }
            return answers
        }
        do throws(PostgresError) {
            if mustPlanAfresh { try connection.execute("DISCARD PLANS") }
            return try call(asked, rolePlace: rolePlace, ruleSet)
        } catch {
            guard !error.isConnectionLost else { throw error }
            guard asked.count > 1 else { return [Self.answer(to: error)] }
            let middle = asked.count / 2
            return try ask(Array(asked[..<middle]), rolePlace: rolePlace, ruleSet)
                + ask(Array(asked[middle...]), rolePlace: rolePlace, ruleSet)
        }
    }

    private func call(
        _ asked: [Asked],
        rolePlace: Int,
        _ ruleSet: RuleSet
    ) throws(PostgresError) -> [Answer] {
        let parameters = [
            ArrayText.of(asked.lazy.map(\.question.topic.text)),
            ArrayText.of(asked.lazy.map(\.question.caller.claims)),
            ArrayText.of(asked.lazy.map(\.question.caller.headers)),
        ]
        let outcomes = try connection.pipeline([
            .query("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
            .prepared(Self.functionName(rolePlace), parameters),
            .sync,
            .query("ROLLBACK"),
        ])
        _ = try outcomes[0].get()
        let rows = try outcomes[1].get()
        let function = RuleFunction(
            role: asked[0].question.caller.role,
            ruleSet: ruleSet,
            name: Self.functionName(rolePlace)
        )
        guard rows.count == asked.count else {
            return asked.map { _ in .unavailable(.evaluationFailed(sqlState: nil)) }
        }
        return (0..<rows.count).map { row in
            let (verdict, failedRules) = function.verdict(rows, row)
            return .verdict(verdict, failedRules: failedRules)
        }
    }

    /// What a single question comes to when even asking it failed.
    private static func answer(to error: PostgresError) -> Answer {
        guard let sqlState = error.sqlState else {
            return .unavailable(.evaluationFailed(sqlState: nil))
        }
        if sqlState == "57014" { return .unavailable(.queryCanceled) }
        // Out of resources, told to stop, broken: not the question's doing.
        let isDatabasesDoing = ["53", "57", "58", "XX", "25"].contains { sqlState.hasPrefix($0) }
        return isDatabasesDoing
            ? .unavailable(.evaluationFailed(sqlState: sqlState))
            : .verdict(.denied, failedRules: [.preparation(sqlState: sqlState)])
    }
}

extension Answer {
    /// Whether an error came up as from names that are no longer what they were.
    fileprivate var suggestsStaleRules: Bool {
        guard case .verdict(_, let failedRules) = self else { return false }
        return failedRules.contains { rule in
            switch rule {
            case .policy(_, let sqlState), .preparation(let sqlState),
                .readerClass(let sqlState):
                // Missing or changed functions, tables, columns, schemas, privileges, plans.
                ["42", "3F", "0A", "2B", "55"].contains { sqlState.hasPrefix($0) }
            case .roleNotAllowed, .roleUnknown, .roleNotGranted, .textContainsNUL: false
            }
        }
    }
}
