public import Postgres
public import Topics

/// Says why the authorizer answers as it does, on a connection of its own.
///
/// It reads the same catalog, makes the same functions, and asks them in the same way; then it asks
/// every part of every policy by itself. All of that happens in one READ ONLY transaction with one
/// snapshot. Lives on one thread.
public final class Explainer {
    private let connection: PostgresConnection
    private let roleNames: [String]

    /// Connects.
    ///
    /// - Parameter configuration: Where to and which roles, as the authorizer has them.
    /// - Throws: ``PostgresError`` when there is no connection.
    public init(_ configuration: AuthorizationConfiguration) throws(PostgresError) {
        connection = try PostgresConnection(
            ConnectionString(configuration.dsn, applicationName: "waypost explain"),
            connectTimeout: Evaluator.connectTimeout
        )
        connection.statementDeadline = Self.statementTimeout + .seconds(2)
        roleNames = configuration.allowedRoles
        // A part that is no SQL by itself must not keep the others from being asked.
        try connection.execute(
            """
            SET statement_timeout = \(Int(Self.statementTimeout / .milliseconds(1)));
            SET row_security = on;
            SET jit = off;
            SET client_min_messages = error;
            SET check_function_bodies = off
            """
        )
    }

    /// Explains what one caller may do on one private topic.
    ///
    /// - Parameters:
    ///   - question: Who asks about which topic.
    ///   - contract: The topic files; rules of theirs are explained, too. Default none.
    /// - Returns: The verdict and its reasons; nil where there is no table `realtime.messages`.
    /// - Throws: ``PostgresError``; the connection is of no use afterwards.
    public func explain(
        _ question: Question,
        by contract: TopicContract = .none
    ) throws(PostgresError) -> Explanation? {
        let role = question.caller.role
        let family = contract.family(of: question.topic)
        guard !question.containsNUL else {
            return ExplanationDraft.settled(question, by: .textContainsNUL, family)
        }
        guard role.lowercased() != "none",
            let place = roleNames.firstIndex(where: { $0.utf8.elementsEqual(role.utf8) })
        else { return ExplanationDraft.settled(question, by: .roleNotAllowed, family) }
        guard let catalog = try PolicyCatalog.read(from: connection, roleNames: roleNames) else {
            return nil
        }
        let plan = RolePlan(catalog: catalog, place: place)
        if case .settled(_, let failed) = plan, let reason = failed.first {
            return ExplanationDraft.settled(question, by: reason, family)
        }
        let rights = try ExplanationReading.rights(of: role, from: connection)
        let draft = ExplanationDraft(
            question: question,
            catalog: catalog,
            rolePlace: place,
            family: family,
            rights: rights
        )
        return try ask(plan, draft)
    }

    /// Asks the authorizer's function and then every part, all in one snapshot.
    private func ask(
        _ plan: RolePlan,
        _ draft: ExplanationDraft
    ) throws(PostgresError) -> Explanation {
        var draft = draft
        try define(plan, draft)
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let snapshot = try connection.query("SELECT pg_current_snapshot()::text")[0, 0]
        let caller = draft.question.caller
        let texts = [draft.question.topic.text, caller.claims, caller.headers]
        switch plan {
        case .settled(let verdict, _): draft.verdict = verdict
        case .asking(let ruleSet):
            let function = Self.verdictFunction(ruleSet, role: caller.role)
            let rows = try connection.query(function.call, texts.map { ArrayText.of([$0]) })
            (draft.verdict, draft.failedRules) = function.verdict(rows, 0)
        }
        draft.answers = draft.function.answers(try connection.query(draft.function.call, texts))
        for place in draft.rules.indices where draft.parametersFit {
            try connection.execute("SAVEPOINT rule")
            do throws(PostgresError) {
                let function = draft.rules[place].function
                draft.rules[place].answers = function.answers(
                    try connection.query(function.call, texts)
                )
            } catch {
                guard !error.isConnectionLost else { throw error }
                draft.rules[place].failure = .raised(
                    sqlState: error.sqlState ?? "",
                    message: error.serverMessage ?? ""
                )
                try connection.execute("ROLLBACK TO SAVEPOINT rule")
            }
        }
        try connection.execute("ROLLBACK")
        return draft.explanation(snapshot: snapshot)
    }

    private func define(_ plan: RolePlan, _ draft: ExplanationDraft) throws(PostgresError) {
        if case .asking(let ruleSet) = plan {
            let function = Self.verdictFunction(ruleSet, role: draft.question.caller.role)
            try connection.execute(function.definition)
        }
        try connection.execute(draft.function.definition)
        for rule in draft.rules { try connection.execute(rule.function.definition) }
    }

    private static func verdictFunction(_ ruleSet: RuleSet, role: String) -> RuleFunction {
        RuleFunction(role: role, ruleSet: ruleSet, name: "waypost_explained_verdict")
    }

    private static let statementTimeout = Duration.seconds(5)
}
