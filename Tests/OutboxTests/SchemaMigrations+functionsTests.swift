import Outbox
import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct SendingTests {
    private static func row(_ connection: PostgresConnection, _ column: String) throws -> String? {
        let rows = try connection.query(
            "SELECT \(column) FROM realtime.messages ORDER BY seq DESC LIMIT 1"
        )
        return rows.count == 1 ? rows[0, 0] : nil
    }

    @Test("send adds the row's id to the payload, unless there is one")
    func id() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute("SELECT realtime.send('{\"x\":1}', 'e', 'trip:1')")
            #expect(
                try Self.row(connection, "payload = jsonb_build_object('x', 1, 'id', id)") == "t"
            )
            #expect(try Self.row(connection, "private AND extension = 'broadcast'") == "t")
            try connection.execute("SELECT realtime.send('{\"id\":7}', 'e', 'trip:1', false)")
            #expect(try Self.row(connection, "payload = '{\"id\":7}' AND NOT private") == "t")
        }
    }

    @Test("send_binary keeps bytes")
    func binary() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute("SELECT realtime.send_binary('\\x00ff', 'e', 'trip:1')")
            #expect(try Self.row(connection, "binary_payload") == "\\x00ff")
            #expect(try Self.row(connection, "payload IS NULL") == "t")
        }
    }

    @Test(
        "broadcast_changes has the payload of the protocol",
        arguments: [
            ("INSERT", "{\"id\": 1, \"title\": \"b\"}", "null"),
            ("UPDATE", "{\"id\": 1, \"title\": \"b\"}", "{\"id\": 1, \"title\": \"a\"}"),
            ("DELETE", "null", "{\"id\": 1, \"title\": \"a\"}"),
        ]
    )
    func changes(operation: String, new: String, old: String) async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute(
                """
                CREATE TABLE todos (id int, title text);
                SELECT realtime.broadcast_changes('trip:1', 'e', '\(operation)', 'todos', 'public',
                    ROW(1, 'b')::todos, ROW(1, 'a')::todos);
                """
            )
            let expected = """
                {"operation": "\(operation)", "schema": "public", "table": "todos",
                "record": \(new), "old_record": \(old)}
                """
            #expect(
                try Self.row(connection, "payload - 'id' = '\(expected)'::jsonb AND private") == "t"
            )
        }
    }

    @Test(
        "What cannot be sent is an error of the sender's transaction",
        arguments: [
            ("realtime.send(NULL, 'e', 't')", "22004"),
            ("realtime.send('3', 'e', 't')", "22023"),
            ("realtime.send('{}', NULL, 't')", "22004"),
            ("realtime.send('{}', 'e', NULL)", "22004"),
            ("realtime.send('{}', 'e', 't', NULL)", "22004"),
            ("realtime.send_binary(NULL, 'e', 't')", "22004"),
            ("realtime.broadcast_changes('t', 'e', 'MERGE', 't', 's', NULL, NULL)", "P0001"),
            (
                "realtime.broadcast_changes('t', 'e', 'INSERT', 't', 's', NULL, NULL, 'STATEMENT')",
                "P0001"
            ),
        ]
    )
    func refused(call: String, state: String) async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            let error = #expect(throws: PostgresError.self) {
                try connection.execute("SELECT \(call)")
            }
            #expect(error?.sqlState == state)
            guard !call.contains("broadcast_changes") else {
                #expect(error?.serverMessage?.hasPrefix("Failed to process the row:") == true)
                return
            }
            try connection.execute("SET realtime.on_error = warn; SELECT \(call)")
        }
    }

    @Test("A role without a policy is refused, with one it may send to its topic alone")
    func policies() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute("SET ROLE authenticated")
            let send = "SELECT realtime.send('{}', 'e', 'trip:1')"
            let error = #expect(throws: PostgresError.self) { try connection.execute(send) }
            #expect(error?.sqlState == "42501")
            try connection.execute(
                """
                RESET ROLE;
                CREATE POLICY one ON realtime.messages FOR INSERT TO authenticated
                    WITH CHECK (realtime.topic() = 'trip:1' AND topic = realtime.topic());
                SET ROLE authenticated;
                """
            )
            try connection.execute(send)
            #expect(throws: PostgresError.self) {
                try connection.execute("SELECT realtime.send('{}', 'e', 'trip:2')")
            }
        }
    }

    @Test(
        "Nobody but the owner can forge a place, a transaction or a time, or read changes",
        arguments: ["anon", "authenticated", "service_role"]
    )
    func forging(role: String) async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute("SET ROLE \(role)")
            for sql in Self.forgeries {
                let error = #expect(throws: PostgresError.self, "\(sql)") {
                    try connection.execute(sql)
                }
                #expect(error?.sqlState == "42501", "\(sql)")
            }
        }
    }

    private static let forgeries = [
        "INSERT INTO realtime.messages (topic, extension, seq) VALUES ('t', 'broadcast', 1)",
        "INSERT INTO realtime.messages (topic, extension, xid) VALUES ('t', 'broadcast', '1')",
        "INSERT INTO realtime.messages (topic, extension, inserted_at) VALUES ('t', 'b', now())",
        "INSERT INTO realtime.messages (topic, extension, updated_at) VALUES ('t', 'b', now())",
        "UPDATE realtime.messages SET event = 'x'",
        "DELETE FROM realtime.messages",
        "SELECT FROM realtime.changes",
        "INSERT INTO realtime.changes (table_schema, table_name, operation) VALUES ('','','')",
        "SELECT FROM realtime.messages_later",
        "SELECT FROM realtime.changes_later",
        "SELECT setval('realtime.outbox_seq', 1)",
        "SELECT realtime.ring()",
    ]

    @Test("auth's functions read both forms of the claims, and an empty setting is none")
    func claims() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            let sql = "SELECT auth.uid(), auth.role(), auth.jwt() ->> 'role'"
            let id = "0b54c5c2-0d0f-4ffb-8a0c-2b0d7f8f6a11"
            try connection.execute(
                "SET request.jwt.claims = '{\"sub\":\"\(id)\",\"role\":\"authenticated\"}'"
            )
            let whole = try connection.query(sql)
            #expect(
                [whole[0, 0], whole[0, 1], whole[0, 2]] == [id, "authenticated", "authenticated"]
            )
            try connection.execute(
                """
                SET request.jwt.claims = ''; SET request.jwt.claim.sub = '\(id)';
                SET request.jwt.claim.role = 'anon'
                """
            )
            let single = try connection.query(sql)
            #expect([single[0, 0], single[0, 1], single[0, 2]] == [id, "anon", nil])
            try connection.execute(
                "SET request.jwt.claim.sub = ''; SET request.jwt.claim.role = ''"
            )
            let none = try connection.query(sql)
            #expect([none[0, 0], none[0, 1], none[0, 2]] == [nil, nil, nil])
        }
    }

    @Test("A transaction that rang cannot be prepared; with the doorbell off it can")
    func prepared() async throws {
        try await PrivatePostgres.run(.throwaway(settings: ["max_prepared_transactions": "2"])) {
            cluster in
            let string = ConnectionString(cluster.dsn(), applicationName: "test")
            let connection = try PostgresConnection(string)
            _ = try Migrator(connection: connection).apply { _ in }
            let write = "BEGIN; SELECT realtime.send('{}', 'e', 'trip:1');"
            let error = #expect(throws: PostgresError.self) {
                try connection.execute("\(write) PREPARE TRANSACTION 'one'")
            }
            #expect(error?.sqlState == "0A000")
            try connection.execute(
                """
                ROLLBACK; SET waypost.doorbell = off; \(write) PREPARE TRANSACTION 'two'
                """
            )
            try connection.execute("COMMIT PREPARED 'two'")
            let rows = try connection.query("SELECT count(*) FROM realtime.messages")
            #expect(rows.integer(0, 0) == 1)
        }
    }
}
