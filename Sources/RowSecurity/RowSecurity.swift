public import Changes
public import Observation
public import Postgres
internal import Topics

/// Says who may see which change of a table, as the database's own rules would.
///
/// Lives on one thread, with connections of its own. It answers yes only where the rules did; what
/// could not be found out is no. A thrown error whose `isConnectionLost` is true means: make a new
/// one and ask again, nothing was answered.
public final class RowSecurity {
    private let configuration: RowSecurityConfiguration
    private let observe: Observe

    /// Connects.
    ///
    /// - Parameters:
    ///   - configuration: Where to, which roles, which limits.
    ///   - observe: Told what was compiled, asked and withheld.
    /// - Throws: ``PostgresError`` when there is no connection.
    public init(
        configuration: RowSecurityConfiguration,
        observe: @escaping Observe
    ) throws(PostgresError) {
        self.configuration = configuration
        self.observe = observe
    }

    /// Takes what may be asked about, and compiles what changed; cheap when nothing did.
    ///
    /// - Parameter tables: Every published table, as the catalog describes it now.
    /// - Throws: ``PostgresError`` when the connection has ended. Rules that cannot be read do not
    ///   throw; every answer is no until they can.
    public func refresh(_ tables: [PublishedTable]) throws(PostgresError) {}

    /// Names the columns that a role may select.
    ///
    /// - Parameters:
    ///   - table: The table's number in the catalog.
    ///   - role: The caller's role.
    /// - Returns: As last read; empty for a role that is not allowed and a table that is not known.
    public func readableColumns(of table: UInt32, role: String) -> Set<String> { [] }

    /// Looks whether bindings can be served, as Supabase's trigger does when they are inserted.
    ///
    /// - Parameters:
    ///   - bindings: Each with the table that it fits.
    ///   - role: The role of who asks.
    /// - Returns: The first problem, in order; nil when there is none.
    /// - Throws: ``PostgresError``.
    public func problem(
        with bindings: [(table: PublishedTable, binding: ChangeBinding)],
        role: String
    ) throws(PostgresError) -> BindingProblem? {
        nil
    }

    /// Answers questions, in one round trip where nothing goes wrong.
    ///
    /// - Parameters:
    ///   - questions: Who asks about which of the rows.
    ///   - rows: The changes.
    /// - Returns: The answers, in step.
    /// - Throws: ``PostgresError`` when the connection has ended; nothing was answered then.
    public func answer(
        _ questions: [RowQuestion],
        about rows: [ChangedRow]
    ) throws(PostgresError) -> [RowAnswer] {
        questions.map { question in
            let no = [Bool](repeating: false, count: question.rows.count)
            return RowAnswer(isVisible: no, holds: question.filters.map { _ in no })
        }
    }

    /// Takes a new snapshot in which deleted rows are judged, in place of the older of the two.
    ///
    /// Call it before the first channel is told that it hears of changes, and once a second from
    /// then on. A row that was deleted before both were taken is withheld.
    ///
    /// - Throws: ``PostgresError`` when there is no connection.
    public func renewSnapshots() throws(PostgresError) {}

    /// Ends the snapshots, so that they keep nothing in the database from being cleaned up.
    ///
    /// Call it when nobody listens any more.
    public func dropSnapshots() {}

    /// Says when transactions were committed.
    ///
    /// - Parameter transactions: Their numbers.
    /// - Returns: Milliseconds since 1970, in step; nil where the database does not know, which is
    ///   everywhere while its setting `track_commit_timestamp` is off.
    /// - Throws: ``PostgresError``.
    public func commitTimes(of transactions: [UInt64]) throws(PostgresError) -> [Int64?] {
        transactions.map { _ in nil }
    }
}
