public import Postgres
public import Topics

/// Keeps triggers on the tables that policies on `realtime.messages` read, where no topic file says
/// whose memberships their changes change.
public struct PolicyTriggers: Sendable {
    /// What a look at the policies came to.
    public struct Review: Sendable {
        /// The triggers that are missing or out of date.
        public let missing: [PolicyTriggerPlan]

        /// Tables that have such triggers although no policy reads them, or files tell more.
        public let superfluous: [TableName]

        /// Tables whose missing triggers the login may not make.
        public let closed: [TableName]

        let removals: [String]

        /// Whether the triggers are as the policies want them.
        public var isInStep: Bool { missing.isEmpty && superfluous.isEmpty }

        /// The statements that bring the triggers in step, in one transaction; empty when they are.
        public var sql: String {
            let statements = missing.map(\.sql) + removals
            return statements.isEmpty
                ? "" : "BEGIN;\n\(statements.joined(separator: "\n"))COMMIT;\n"
        }
    }

    /// Prepares to look and to act.
    public init() {}

    /// Looks what is there, and changes nothing.
    ///
    /// - Parameter connection: Any login's; it may read the catalog.
    /// - Returns: What is missing and what is superfluous; nothing where there are no policies.
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    public func review(on connection: PostgresConnection) throws(PostgresError) -> Review {
        // Names are looked for in sources: a catalog of many thousand functions is not worth more.
        try connection.execute(
            "BEGIN READ ONLY; SET LOCAL search_path = ''; SET LOCAL statement_timeout = '60s'"
        )
        let tables: [PolicyTable]
        let triggered: [PolicyTables.Triggered]
        do throws(PostgresError) {
            tables = try PolicyTables.tables(on: connection)
            triggered = try PolicyTables.triggered(on: connection)
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
        let asked = tables.filter { !$0.isTold }
        let missing = asked.filter { $0.digest != $0.plan.digest }
        let superfluous = triggered.filter { found in !asked.contains { $0.name == found.name } }
        return Review(
            missing: missing.filter(\.mayMakeTriggers).map(\.plan),
            superfluous: superfluous.map(\.name),
            closed: missing.filter { !$0.mayMakeTriggers }.map(\.name),
            removals: superfluous.map {
                PolicyTriggerPlan.removal(of: $0.name, function: $0.function)
            }
        )
    }

    /// Makes what is missing and takes away what is superfluous, each table in a transaction.
    ///
    /// A table that is busy is waited for at most three seconds: whoever writes to it would wait
    /// behind. What fails is left for the next time.
    ///
    /// - Parameters:
    ///   - review: What ``review(on:)`` found.
    ///   - connection: Of a login that may make triggers on the tables.
    /// - Returns: The tables that failed, with what the database said.
    /// - Throws: ``PostgresError`` when the connection was lost.
    public func apply(
        _ review: Review,
        on connection: PostgresConnection
    ) throws(PostgresError) -> [(table: TableName, error: PostgresError)] {
        let steps =
            review.missing.map { ($0.table, $0.sql) }
            + Array(zip(review.superfluous, review.removals))
        return try TriggerSteps.run(steps, on: connection)
    }
}

/// Statements about single tables, each table in a transaction of its own.
enum TriggerSteps {
    /// Runs them; answers the tables that failed.
    static func run(
        _ steps: [(TableName, String)],
        on connection: PostgresConnection
    ) throws(PostgresError) -> [(table: TableName, error: PostgresError)] {
        var failures: [(table: TableName, error: PostgresError)] = []
        for (table, sql) in steps {
            do throws(PostgresError) {
                try connection.execute("BEGIN; SET LOCAL lock_timeout = '3s';\n\(sql)\nCOMMIT")
            } catch {
                guard !error.isConnectionLost else { throw error }
                try connection.execute("ROLLBACK")
                failures.append((table, error))
            }
        }
        return failures
    }
}
