import Changes
public import Postgres
public import Topics

/// Keeps triggers in step with the publication that says which tables `postgres_changes` serves.
///
/// A table that feeds topics has its triggers already: they note each change once for both. Other
/// tables get triggers of their own here, and lose them when the publication drops the table.
public struct PublicationTriggers: Sendable {
    /// The publication's name: the one that the libraries' documentation names.
    public static let publicationName = "supabase_realtime"

    private let neverSent: NeverSent

    /// Prepares to look and to act.
    ///
    /// - Parameter neverSent: What is kept back whatever the publication lists.
    public init(neverSent: NeverSent) {
        self.neverSent = neverSent
    }

    /// Looks what is there, and changes nothing.
    ///
    /// - Parameter connection: Any login's; it may read the catalog.
    /// - Returns: What is served and what that lacks; empty where there is no publication.
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    public func review(
        on connection: PostgresConnection
    ) throws(PostgresError) -> PublicationReview {
        // Conditions are written out so that they mean the same under an empty search path.
        try connection.execute("BEGIN READ ONLY; SET LOCAL search_path = ''")
        let listed: [ListedTable]
        let triggered: [PublicationCatalog.Triggered]
        do throws(PostgresError) {
            listed = try PublicationCatalog.tables(of: Self.publicationName, on: connection)
            triggered = try PublicationCatalog.triggered(on: connection)
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
        return review(listed, triggered)
    }

    /// Makes what is missing and takes away what is superfluous, each table in a transaction.
    ///
    /// A table that is busy is waited for at most three seconds: whoever writes to it would wait
    /// behind. What fails is left for the next time.
    ///
    /// - Parameters:
    ///   - review: What ``review(on:)`` found.
    ///   - connection: Of a login that may make triggers on the tables; an administrator's, or the
    ///     gateway's own where it was granted TRIGGER.
    /// - Returns: The tables that failed, with what the database said.
    /// - Throws: ``PostgresError`` when the connection was lost.
    public func apply(
        _ review: PublicationReview,
        on connection: PostgresConnection
    ) throws(PostgresError) -> [(table: TableName, error: PostgresError)] {
        let steps =
            review.missing.filter { !review.closed.contains($0.definition.table) }
            .map { ($0.definition.table, $0.sql) } + Array(zip(review.superfluous, review.removals))
        return try TriggerSteps.run(steps, on: connection)
    }

    /// Answers the triggers that the publication's tables have to have where no topic carries them.
    ///
    /// - Parameter connection: In a transaction whose search path is empty.
    /// - Returns: Plans by table, without the tables that cannot be served.
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    public func plans(
        within connection: PostgresConnection
    ) throws(PostgresError) -> [TableName: ChangeTriggerPlan] {
        var plans: [TableName: ChangeTriggerPlan] = [:]
        for table in try PublicationCatalog.tables(of: Self.publicationName, on: connection)
        where !neverSent.contains(table.name) {
            plans[table.name] = try? ChangeTriggerPlan(
                table.definition(except: neverSent.columns(of: table.name)),
                secretTables: [],
                isPublished: true
            )
        }
        return plans
    }

    private func review(
        _ listed: [ListedTable],
        _ triggered: [PublicationCatalog.Triggered]
    ) -> PublicationReview {
        var findings = Findings()
        for table in listed { findings.add(state(of: table), of: table) }
        let asked = Set(listed.filter { !neverSent.contains($0.name) }.map(\.oid))
        let superfluous = triggered.filter { !asked.contains($0.oid) }
        return PublicationReview(
            tables: findings.tables,
            missing: findings.missing,
            superfluous: superfluous.map(\.name),
            problems: findings.problems,
            removals: superfluous.map(Self.removal),
            closed: findings.closed
        )
    }

    private func state(of table: ListedTable) -> Findings.State {
        guard !neverSent.contains(table.name) else { return .problem(.neverSent) }
        let secret = neverSent.columns(of: table.name)
        if let trigger = table.trigger {
            guard let copied = trigger.copied else { return .problem(.triggersUnknown) }
            if copied.feedsTopics {
                guard table.condition == nil else { return .problem(.conditionBesideTopics) }
                guard trigger.firingCount == 3 else { return .problem(.triggersUnknown) }
                return .served(table.served(copying: copied.columns, except: secret))
            }
        }
        let definition = table.definition(except: secret)
        let plan: ChangeTriggerPlan
        do throws(ChangeTriggerPlan.Malformed) {
            plan = try ChangeTriggerPlan(definition, secretTables: [], isPublished: true)
        } catch .keyNotSent {
            return .problem(.keyNotListed)
        } catch {
            return .problem(.malformed)
        }
        let isCurrent =
            table.trigger?.firingCount == 3 && table.trigger?.copied?.digest == plan.digest
        guard !isCurrent else {
            return .served(table.served(copying: definition.columns, except: secret))
        }
        return .missing(plan)
    }

    private static func removal(of triggered: PublicationCatalog.Triggered) -> String {
        let drops = ["insert", "update", "delete"].map { operation in
            "drop trigger if exists realtime_changes_\(operation) on \(triggered.name.sql);"
        }
        return (drops + ["drop function \(triggered.function);"]).joined(separator: "\n")
    }
}

/// What is gathered table by table.
private struct Findings {
    /// How a listed table stands.
    enum State {
        case served(PublishedTable)
        case missing(ChangeTriggerPlan)
        case problem(PublicationReview.Reason)
    }

    var tables: [PublishedTable] = []
    var missing: [ChangeTriggerPlan] = []
    var problems: [PublicationReview.Problem] = []
    var closed: Set<TableName> = []

    mutating func add(_ state: State, of table: ListedTable) {
        switch state {
        case .served(let served): tables.append(served)
        case .problem(let reason): problems.append(.init(table: table.name, reason: reason))
        case .missing(let plan):
            missing.append(plan)
            if !table.mayMakeTriggers {
                closed.insert(table.name)
                problems.append(.init(table: table.name, reason: .notAllowed))
            }
        }
    }
}
