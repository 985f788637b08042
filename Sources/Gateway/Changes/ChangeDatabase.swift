import Changes
import Observation
import Postgres
import PublishedTables
import RowSecurity

/// What the thread that follows changes asks of the database, with the connections for it.
///
/// An error that it throws means that a connection is lost: make another one.
final class ChangeDatabase {
    private let connection: PostgresConnection
    private let security: RowSecurity
    private let triggers: PublicationTriggers
    private let observe: Observe
    private var problemCount = -1
    private var attempts = TriggerAttempts()

    /// What is served now; nil while the database has refused to say.
    private(set) var tables: [PublishedTable]?

    /// How long one look at the catalog may take.
    private static let deadline: Duration = .seconds(10)

    /// Connects, and looks what is served.
    init(_ settings: ChangeSettings, observe: @escaping Observe) throws(PostgresError) {
        self.observe = observe
        triggers = PublicationTriggers(neverSent: settings.neverSent)
        connection = try PostgresConnection(
            ConnectionString(settings.dsn, applicationName: "waypost changes")
        )
        connection.statementDeadline = Self.deadline
        security = try RowSecurity(configuration: settings.rowSecurity, observe: observe)
        try readTables()
    }

    /// Looks what the publication offers, and makes the triggers that are missing where it may.
    func readTables() throws(PostgresError) {
        try saying(.tables) { () throws(PostgresError) in
            var review = try triggers.review(on: connection)
            if !review.isInStep, attempts.isDue(review.sql, now: .now) {
                for failure in try triggers.apply(review, on: connection) {
                    observe(.changes(.failed(.tables, sqlState: failure.error.sqlState)))
                }
                review = try triggers.review(on: connection)
            }
            try security.refresh(review.tables)
            if tables != review.tables || problemCount != review.problems.count {
                let count = review.tables.count
                problemCount = review.problems.count
                observe(.changes(.tablesRead(tableCount: count, problemCount: problemCount)))
            }
            tables = review.tables
        }
    }

    /// The columns of a table that a role may select.
    func readableColumns(of table: UInt32, role: String) -> Set<String> {
        security.readableColumns(of: table, role: role)
    }

    /// Whether bindings can be served.
    enum Finding {
        case served
        case problem(BindingProblem)
        /// The database did not say this time.
        case unknown
    }

    /// Looks whether bindings can be served.
    func finding(
        on bindings: [(table: PublishedTable, binding: ChangeBinding)],
        role: String
    ) throws(PostgresError) -> Finding {
        var found = Finding.unknown
        try saying(.bindings) { () throws(PostgresError) in
            let problem = try security.problem(with: bindings, role: role)
            found = problem.map(Finding.problem) ?? .served
        }
        return found
    }

    /// Asks who may see changes; what could not be answered is no.
    func answer(
        _ questions: [RowQuestion],
        about rows: [ChangedRow]
    ) throws(PostgresError) -> [RowAnswer] {
        var answers: [RowAnswer] = []
        try saying(.rows) { () throws(PostgresError) in
            answers = try security.answer(questions, about: rows)
        }
        return answers
    }

    /// When transactions were committed; nil for those that the database does not know.
    func commitTimes(of transactions: [UInt64]) throws(PostgresError) -> [UInt64: Int64] {
        var times: [UInt64: Int64] = [:]
        try saying(.rows) { () throws(PostgresError) in
            for (transaction, time) in zip(
                transactions,
                try security.commitTimes(of: transactions)
            ) {
                times[transaction] = time
            }
        }
        return times
    }

    /// Takes new snapshots for judging deleted rows.
    func renewSnapshots() throws(PostgresError) {
        try saying(.snapshots) { () throws(PostgresError) in try security.renewSnapshots() }
    }

    /// Lets the snapshots go while nobody follows anything.
    func dropSnapshots() { security.dropSnapshots() }

    /// Tries something; what the database refuses is told, and a lost connection is thrown.
    private func saying(
        _ step: ChangesObservation.Step,
        _ body: () throws(PostgresError) -> Void
    ) throws(PostgresError) {
        do throws(PostgresError) {
            try body()
        } catch {
            if error.isConnectionLost { throw error }
            observe(.changes(.failed(step, sqlState: error.sqlState)))
        }
    }
}
