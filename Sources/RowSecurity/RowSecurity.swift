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
    private let connection: PostgresConnection
    private let rules: RowRules
    private let snapshots: HeldSnapshots
    private var penalties: Penalties<RowRound.Culprit>
    private let knowsCommitTimes: Bool

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
        connection = try PostgresConnection(
            ConnectionString(configuration.dsn, applicationName: "waypost row security"),
            connectTimeout: .seconds(2)
        )
        connection.statementDeadline = configuration.statementTimeout + RowExchange.answerGrace
        let milliseconds = max(1, Int(configuration.statementTimeout / .milliseconds(1)))
        try connection.execute(
            """
            SET statement_timeout = \(milliseconds);
            SET row_security = on;
            SET jit = off;
            SET client_min_messages = error
            """
        )
        knowsCommitTimes =
            try connection.query("SHOW track_commit_timestamp")[0, 0] == "on"
        rules = RowRules(connection: connection, configuration: configuration, observe: observe)
        snapshots = HeldSnapshots(dsn: configuration.dsn)
        penalties = Penalties(lengthMax: configuration.penalty)
    }

    /// Takes what may be asked about, and compiles what changed; cheap when nothing did.
    ///
    /// - Parameter tables: Every published table, as the catalog describes it now.
    /// - Throws: ``PostgresError`` when the connection has ended. Rules that cannot be read do not
    ///   throw; every answer is no until they can.
    public func refresh(_ tables: [PublishedTable]) throws(PostgresError) {
        resetDeadline()
        try rules.refresh(tables)
    }

    /// Names the columns that a role may select.
    ///
    /// - Parameters:
    ///   - table: The table's number in the catalog.
    ///   - role: The caller's role.
    /// - Returns: As last read; empty for a role that is not allowed and a table that is not known.
    public func readableColumns(of table: UInt32, role: String) -> Set<String> {
        guard let rolePlace = rules.place(ofRole: role), let known = rules.catalog.tables[table],
            known.rights.indices.contains(rolePlace), known.rights[rolePlace].hasSchema
        else { return [] }
        return Set(known.columns.filter { $0.readers.contains(rolePlace) }.map(\.name))
    }

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
        resetDeadline()
        try rules.refreshIfDue()
        var check = BindingCheck(rules: rules, role: role, timeout: configuration.conditionTimeout)
        return try check.problem(with: bindings)
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
        let began = ContinuousClock.now
        resetDeadline()
        try rules.refreshIfDue()
        var exchange = try ask(questions, rows)
        var roundTripCount = exchange.roundTripCount
        if exchange.suggestsStaleRules, try rules.refreshIfStale() {
            exchange = try ask(questions, rows)
            roundTripCount += exchange.roundTripCount
        }
        let round = exchange.round
        var withheld: [String: Int] = [:]
        for (reason, count) in round.withheld { withheld[reason.rawValue] = count }
        observe(
            .rowSecurity(
                .answered(
                    rounds: roundTripCount,
                    rows: round.askedCount,
                    withheld: withheld,
                    duration: .now - began
                )
            )
        )
        return round.answers()
    }

    /// Takes a new snapshot in which deleted rows are judged, in place of the older of the two.
    ///
    /// Call it before the first channel is told that it hears of changes, and once a second from
    /// then on. A row that was deleted before both were taken is withheld.
    ///
    /// - Throws: ``PostgresError`` when there is no connection.
    public func renewSnapshots() throws(PostgresError) { try snapshots.renew() }

    /// Ends the snapshots, so that they keep nothing in the database from being cleaned up.
    ///
    /// Call it when nobody listens any more.
    public func dropSnapshots() { snapshots.drop() }

    /// Says when transactions were committed.
    ///
    /// - Parameter transactions: Their numbers.
    /// - Returns: Milliseconds since 1970, in step; nil where the database does not know, which is
    ///   everywhere while its setting `track_commit_timestamp` is off.
    /// - Throws: ``PostgresError``.
    public func commitTimes(of transactions: [UInt64]) throws(PostgresError) -> [Int64?] {
        guard knowsCommitTimes, !transactions.isEmpty else { return transactions.map { _ in nil } }
        resetDeadline()
        do throws(PostgresError) {
            let rows = try connection.query(
                """
                SELECT floor(extract(epoch FROM pg_xact_commit_timestamp(
                    given.number::xid8::xid)) * 1000)::bigint
                FROM unnest($1::text[]) WITH ORDINALITY AS given(number, place)
                ORDER BY given.place
                """,
                [ArrayText.of(transactions.lazy.map(String.init))]
            )
            return transactions.indices.map { $0 < rows.count ? rows.integer($0, 0) : nil }
        } catch {
            guard !error.isConnectionLost else { throw error }
            return transactions.map { _ in nil }
        }
    }

    private func ask(
        _ questions: [RowQuestion],
        _ rows: [ChangedRow]
    ) throws(PostgresError) -> RowExchange {
        var exchange = RowExchange(
            RowRound(questions, about: rows),
            rules: rules,
            snapshots: snapshots,
            penalties: penalties,
            configuration: configuration,
            observe: observe
        )
        try exchange.run()
        penalties = exchange.penalties
        return exchange
    }

    private func resetDeadline() {
        connection.statementDeadline = configuration.statementTimeout + RowExchange.answerGrace
    }
}
