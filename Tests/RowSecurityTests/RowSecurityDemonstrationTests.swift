import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("The demonstration's changes are seen by exactly those who could select the row")
struct RowSecurityDemonstrationTests {
    private static let tables = [
        "trips", "trip_collaborators", "flights", "accommodations", "itinerary_items",
        "chat_sessions", "chat_messages", "chat_tool_calls", "notifications", "api_keys",
        "trip_notes",
    ]

    /// What hangs on trips, and goes with them.
    private static let dependents = [
        "trips", "trip_collaborators", "flights", "accommodations", "itinerary_items", "trip_notes",
    ]

    private static let callers: [Caller] = {
        let people = [
            "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002",
            "c0000000-0000-4000-8000-000000000003", "d0000000-0000-4000-8000-000000000004",
            "no uuid",
        ]
        return people.map { Caller(sub: $0) }
            + [
                Caller(), Caller(role: "anon", sub: people[0]), Caller(role: "service_role"),
                Caller(role: "waypost", sub: people[0]),
            ]
    }()

    private static let more = """
        INSERT INTO public.trip_notes (trip_id, user_id, content) VALUES
            (1, 'b0000000-0000-4000-8000-000000000002', 'Bring shoes'), (3, NULL, 'Quiet');
        INSERT INTO public.api_keys (user_id, service, encrypted_key) VALUES
            ('a0000000-0000-4000-8000-000000000001', 'maps', 'secret')
        """

    /// A change of one row, and the key by which it could be selected.
    private struct Change {
        let table: PublishedTable
        let key: String
        let row: ChangedRow

        func deleted(by transaction: UInt64) -> Change {
            let row = ChangedRow(
                seq: row.seq,
                transaction: transaction,
                table: row.table,
                operation: .delete,
                key: nil,
                old: row.old,
                new: nil,
                readAt: 0
            )
            return Change(table: table, key: key, row: row)
        }
    }

    @Test("Every row of every table, as it is changed")
    func updates() async throws {
        try await TestDatabase.with(RowsDatabase.demonstration) { database in
            let administrator = try database.connect()
            try administrator.execute(Self.more)
            let security = try Self.security(database)
            var count = 0
            for name in Self.tables {
                let changes = try Self.rows(of: name, as: .update, administrator)
                count += changes.count
                let truths = try Self.truths(changes, administrator)
                try security.refresh(changes.map(\.table))
                try Self.expect(changes, truths, security)
            }
            #expect(count > 20)
        }
    }

    @Test("A deleted trip with all that goes with it, as it was before")
    func deletions() async throws {
        try await TestDatabase.with(RowsDatabase.demonstration) { database in
            let administrator = try database.connect()
            try administrator.execute(Self.more)
            let security = try Self.security(database)
            let before = try Self.dependents.flatMap {
                try Self.rows(of: $0, as: .delete, administrator)
            }
            try security.refresh(before.map(\.table))
            let truths = try Self.truths(before, administrator)
            #expect(truths.joined().contains(true))
            try security.renewSnapshots()
            let deletion = try administrator.query(
                "DELETE FROM public.trips WHERE id IN (1, 2, 3) RETURNING pg_current_xact_id()"
            )
            let transaction = UInt64(deletion[0, 0] ?? "") ?? 0
            let changes = before.map { $0.deleted(by: transaction) }
            try Self.expect(changes, truths, security)
        }
    }

    private static func security(_ database: TestDatabase) throws -> RowSecurity {
        try RowSecurity(
            configuration: RowSecurityConfiguration(dsn: database.waypostDSN),
            observe: { _ in }
        )
    }

    private static func rows(
        of name: String,
        as operation: ChangedRow.Operation,
        _ administrator: PostgresConnection
    ) throws -> [Change] {
        let table = try PublishedTable.read(TableName(name), from: administrator)
        let rows = try administrator.query("SELECT id, to_jsonb(t) FROM \(table.name.sql) AS t")
        return (0..<rows.count).map { row in
            let values = JSONText(trusted: rows.bytes(row, 1) ?? [])
            let change = ChangedRow(
                seq: Int64(row),
                transaction: 0,
                table: table.name,
                operation: operation,
                key: nil,
                old: values,
                new: operation == .delete ? nil : values,
                readAt: 0
            )
            return Change(table: table, key: rows[row, 0] ?? "", row: change)
        }
    }

    private static func truths(
        _ changes: [Change],
        _ administrator: PostgresConnection
    ) throws -> [[Bool]] {
        try changes.map { change in
            let probe = RowProbe(connection: administrator, table: change.table.name)
            return try callers.map { caller in
                guard caller.role != "waypost" else { return false }
                return try probe.sees(caller, key: change.key)
            }
        }
    }

    private static func expect(
        _ changes: [Change],
        _ truths: [[Bool]],
        _ security: RowSecurity
    ) throws {
        var questions: [RowQuestion] = []
        for (place, change) in changes.enumerated() {
            questions += callers.map {
                RowQuestion(table: change.table.oid, caller: $0, rows: [place])
            }
        }
        let answers = try security.answer(questions, about: changes.map(\.row))
        for (place, change) in changes.enumerated() {
            let own = answers[(place * callers.count)..<((place + 1) * callers.count)]
            #expect(
                own.map { $0.isVisible[0] } == truths[place],
                "\(change.row.operation) of \(change.table.name) \(change.key)"
            )
        }
    }
}
