import Observation
import Postgres

/// Carries out what ``PartitionPlan`` decides, over one connection.
///
/// Nothing here makes a writer wait, save ending a last partition that is in use: a new partition
/// is made as a table of its own and attached, an old one is detached concurrently and then
/// dropped. Every lock is asked for with a time limit, because writers would queue behind the wait
/// for it.
struct PartitionUpkeep {
    private let connection: PostgresConnection
    private let retention: Duration
    private let daysAhead: Int
    private let observe: Observe

    /// More steps than any sequence of interrupted work can ask for.
    private static let stepCountMax = 200

    init(
        connection: PostgresConnection,
        retention: Duration,
        daysAhead: Int,
        observe: @escaping Observe
    ) throws(PostgresError) {
        self.connection = connection
        self.retention = retention
        self.daysAhead = daysAhead
        self.observe = observe
        try connection.execute(
            """
            SET lock_timeout = '2s'; SET statement_timeout = 0; SET DateStyle = 'ISO';
            SET search_path = ''
            """
        )
    }

    /// Brings both tables in order, unless another node is at it.
    ///
    /// - Parameter shift: Days added to today; tests travel with it.
    /// - Returns: False when something failed and was observed; it is tried again next time.
    /// - Throws: When the connection is lost.
    func run(shiftedBy shift: Int = 0) throws(PostgresError) -> Bool {
        let key = AdvisoryKey.partitions.rawValue
        let lock = try connection.query("SELECT pg_catalog.pg_try_advisory_lock(\(key))")
        guard lock.boolean(0, 0) == true else { return true }
        defer { try? connection.execute("SELECT pg_catalog.pg_advisory_unlock(\(key))") }
        var isWell = true
        for parent in ["messages", "changes"] {
            isWell = try keep(parent, shiftedBy: shift) && isWell
        }
        return isWell
    }

    private func keep(_ parent: String, shiftedBy shift: Int) throws(PostgresError) -> Bool {
        var step = OutboxObservation.PartitionStep.list
        do throws(PostgresError) {
            let plan = try plan(parent, shiftedBy: shift)
            for _ in 0..<Self.stepCountMax {
                step = .list
                guard let next = plan.next(try partitions(of: parent)) else { return true }
                step = Self.kind(of: next)
                try carryOut(next, plan)
            }
            return true
        } catch {
            guard !error.isConnectionLost else { throw error }
            observe(.outbox(.partitionFailed(step, sqlState: error.sqlState)))
            return false
        }
    }

    private static func kind(of step: PartitionPlan.Step) -> OutboxObservation.PartitionStep {
        switch step {
        case .create, .close, .detachLast, .endLast: .create
        case .drop, .finishDetaching: .drop
        }
    }

    private func plan(_ parent: String, shiftedBy shift: Int) throws(PostgresError) -> PartitionPlan
    {
        let seconds = retention.components.seconds
        let rows = try connection.query(
            """
            SELECT (now AT TIME ZONE 'utc')::date - DATE '1970-01-01',
                ((now - make_interval(secs => $2::float8)) AT TIME ZONE 'utc')::date
                    - DATE '1970-01-01'
            FROM (SELECT now() + make_interval(days => $1::int) AS now) AS clock
            """,
            ["\(shift)", "\(seconds)"]
        )
        return PartitionPlan(
            parent: parent,
            today: UTCDay(number: rows.integer(0, 0).map(Int.init) ?? 0),
            oldestKept: UTCDay(number: rows.integer(0, 1).map(Int.init) ?? 0),
            daysAhead: daysAhead
        )
    }

    private func partitions(of parent: String) throws(PostgresError) -> [Partition] {
        let rows = try connection.query(
            """
            SELECT relname,
                CASE WHEN inhrelid IS NULL THEN 'loose' WHEN inhdetachpending THEN 'pending'
                    ELSE 'attached' END,
                coalesce(substring(bound FROM 'FROM \\(''([0-9-]{10})'),
                    replace(substring(relname FROM '[0-9]{4}_[0-9]{2}_[0-9]{2}$'), '_', '-'))::date
                    - DATE '1970-01-01',
                substring(bound FROM 'TO \\(''([0-9-]{10})')::date - DATE '1970-01-01'
            FROM (
                SELECT relname, inhrelid, inhdetachpending,
                    pg_catalog.pg_get_expr(relpartbound, oid) AS bound
                FROM pg_catalog.pg_class
                LEFT JOIN pg_catalog.pg_inherits ON inhrelid = oid
                WHERE relnamespace = 'realtime'::regnamespace AND relkind = 'r'
                    AND relname ~ ('^' || $1 || '_([0-9]{4}_[0-9]{2}_[0-9]{2}|later)$')
            ) AS tables
            ORDER BY relname
            """,
            [parent]
        )
        return (0..<rows.count).map { row in
            Partition(
                name: rows[row, 0] ?? "",
                state: rows[row, 1].flatMap(Partition.State.init) ?? .loose,
                lower: rows.integer(row, 2).map { UTCDay(number: Int($0)) },
                upper: rows.integer(row, 3).map { UTCDay(number: Int($0)) }
            )
        }
    }

    private func carryOut(
        _ step: PartitionPlan.Step,
        _ plan: PartitionPlan
    ) throws(PostgresError) {
        let sql = PartitionSQL(parent: plan.parent, lastName: plan.lastName)
        switch step {
        case .finishDetaching(let name): try connection.execute(sql.finishDetaching(name))
        case .drop(let name, let isAttached):
            if isAttached { try connection.execute(sql.detach(name)) }
            try connection.execute(sql.drop(name))
            observe(.outbox(.partitionDropped(name: name)))
        case .create(let days): try create(days, sql.create(days), sql)
        case .detachLast: try connection.execute(sql.detach(plan.lastName))
        case .close(let days, let isLastLoose):
            let end = max(plan.today + plan.daysAhead, days.last ?? plan.today) + 1
            try create(days, sql.close(days, end: end, isLastLoose: isLastLoose), sql)
        case .endLast(let from, let before):
            try create([from], sql.endLast(from: from, before: before), sql)
        }
    }

    private func create(
        _ days: [UTCDay],
        _ statements: String,
        _ sql: PartitionSQL
    ) throws(PostgresError) {
        do throws(PostgresError) {
            try connection.execute("BEGIN; \(statements) COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
        for day in days { observe(.outbox(.partitionCreated(name: sql.name(of: day)))) }
    }
}
