import Changes
import Locking
import Observation
import Postgres
import RowSecurity
import TestSupport
import Topics
import Wire

/// One table, somebody who changes it, and a ``RowSecurity`` that is asked about the changes.
final class RowStage {
    let database: TestDatabase
    let administrator: PostgresConnection
    let security: RowSecurity
    let seen = Observed()
    private(set) var table: PublishedTable
    private let hidden: Set<String>

    init(
        _ database: TestDatabase,
        table: TableName = TableName("items"),
        without hidden: Set<String> = [],
        roles: [String] = RowsDatabase.roles,
        policyCheckInterval: Duration = .nanoseconds(1),
        statementTimeout: Duration = .seconds(5),
        conditionTimeout: Duration = .seconds(5)
    ) throws {
        self.database = database
        self.hidden = hidden
        administrator = try database.connect()
        let seen = seen
        security = try RowSecurity(
            configuration: RowSecurityConfiguration(
                dsn: database.waypostDSN,
                allowedRoles: roles,
                policyCheckInterval: policyCheckInterval,
                statementTimeout: statementTimeout,
                conditionTimeout: conditionTimeout
            ),
            observe: { observation in
                guard case .rowSecurity(let one) = observation else { return }
                seen.note(one)
            }
        )
        self.table = try PublishedTable.read(table, from: administrator, without: hidden)
        try security.refresh([self.table])
    }

    /// Runs `body` with the toolbox's table secured and given policies.
    static func with(
        _ policies: String = "",
        statementTimeout: Duration = .seconds(5),
        conditionTimeout: Duration = .seconds(5),
        _ body: @Sendable (RowStage) async throws -> Void
    ) async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let stage = try RowStage(
                database,
                statementTimeout: statementTimeout,
                conditionTimeout: conditionTimeout
            )
            try stage.administer(
                """
                ALTER TABLE public.items ENABLE ROW LEVEL SECURITY;
                GRANT SELECT ON public.items TO authenticated, anon, rows_group, service_role;
                """ + policies
            )
            try await body(stage)
        }
    }

    /// Changes the database as its superuser, and tells row security of it.
    func administer(_ sql: String) throws {
        try administrator.execute(sql)
        table = try PublishedTable.read(table.name, from: administrator, without: hidden)
        try security.refresh([table])
    }

    /// Carries out a change of one row and says what it was, as the outbox would.
    ///
    /// - Parameters:
    ///   - operation: What `sql` does.
    ///   - sql: The statement without RETURNING; the table is called `changed` in it.
    /// - Returns: The change.
    /// - Throws: `PostgresError`.
    func change(_ operation: ChangedRow.Operation, _ sql: String) throws -> ChangedRow {
        let kept =
            hidden.isEmpty
            ? "to_jsonb(changed)"
            : "to_jsonb(changed) - ARRAY[\(hidden.map(SQLText.literal).joined(separator: ","))]"
        let rows = try administrator.query(
            "\(sql) RETURNING \(kept), pg_current_xact_id()"
        )
        let values = JSONText(trusted: rows.bytes(0, 0) ?? [])
        return ChangedRow(
            seq: 1,
            transaction: UInt64(rows[0, 1] ?? "") ?? 0,
            table: table.name,
            operation: operation,
            key: nil,
            old: operation == .delete ? values : nil,
            new: operation == .delete ? nil : values,
            readAt: 0
        )
    }

    /// A row of the table that exists, as a change that has just happened.
    func update(_ key: String) throws -> ChangedRow {
        try change(.update, "UPDATE \(table.name.sql) AS changed SET id = id WHERE id = \(key)")
    }

    /// Whether a caller sees one change.
    func sees(_ caller: Caller, _ row: ChangedRow) throws -> Bool {
        try security.answer(
            [RowQuestion(table: table.oid, caller: caller, rows: [0])],
            about: [row]
        )[0].isVisible[0]
    }

    /// Whether a caller sees a change of the row with a key.
    func sees(_ caller: Caller, updated key: String) throws -> Bool {
        try sees(caller, update(key))
    }

    /// Whether a condition holds for somebody who sees everything.
    func holds(
        _ column: String,
        _ comparison: ChangeFilter.Comparison,
        _ values: String...,
        isNegated: Bool = false,
        for row: ChangedRow,
        role: String = "service_role"
    ) throws -> Bool {
        try holds(
            ChangeFilter(
                column: column,
                comparison: comparison,
                values: values,
                isNegated: isNegated
            ),
            for: row,
            role: role
        )
    }

    /// Whether a condition holds for a role.
    func holds(
        _ filter: ChangeFilter,
        for row: ChangedRow,
        role: String = "service_role"
    ) throws -> Bool {
        try hold([filter], for: row, role: role)[0]
    }

    /// Which of many conditions hold, all asked at once.
    func hold(
        _ filters: [ChangeFilter],
        for row: ChangedRow,
        role: String = "service_role"
    ) throws -> [Bool] {
        let question = RowQuestion(
            table: table.oid,
            caller: Caller(role: role),
            rows: [0],
            filters: filters.map { [$0] }
        )
        return try security.answer([question], about: [row])[0].holds.map { $0[0] }
    }

    /// How many rows were withheld for a reason.
    func withheld(_ reason: String) -> Int {
        seen.all.reduce(0) { sum, one in
            guard case .answered(_, _, let withheld, _) = one else { return sum }
            return sum + (withheld[reason] ?? 0)
        }
    }

    /// The policies that were told of, each with its table and column.
    var unsupported: Set<[String]> {
        Set(
            seen.all.compactMap { one in
                guard case .ruleUnsupported(let policy, let table, let column) = one else {
                    return nil
                }
                return [policy, table, column]
            }
        )
    }

    /// The policies that raised, each with its table and SQLSTATE.
    var failedRules: Set<[String]> {
        Set(
            seen.all.compactMap { one in
                guard case .ruleFailed(let policy, let table, let sqlState) = one else {
                    return nil
                }
                return [policy, table, sqlState]
            }
        )
    }

    /// How often rules were compiled.
    var rulesReadCount: Int {
        seen.all.count { if case .rulesRead = $0 { true } else { false } }
    }

    /// The round trips of every answer so far.
    var roundCounts: [Int] {
        seen.all.compactMap { one in
            guard case .answered(let rounds, _, _, _) = one else { return nil }
            return rounds
        }
    }
}

/// What row security has said so far.
final class Observed: Sendable {
    private let list = Locked<[RowSecurityObservation]>([])

    var all: [RowSecurityObservation] { list.withLock { $0 } }

    func note(_ observation: RowSecurityObservation) {
        list.withLock { $0.append(observation) }
    }
}
