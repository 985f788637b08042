import Postgres
import TestSupport
import Testing

/// Who may do what on which topic: the rules of the demonstration, as PostgreSQL itself applies
/// them.
@Suite struct TopicRulesTests {
    private struct Row {
        let role: String
        let claims: String
        let topic: String
        let expected: String

        init(_ role: String, _ claims: String, _ topic: String, _ expected: String) {
            self.role = role
            self.claims = claims
            self.topic = topic
            self.expected = expected
        }

        init(_ person: DemonstrationDatabase.Person, _ topic: String, _ expected: String) {
            self.init("authenticated", #"{"sub":"\#(person.rawValue)"}"#, topic, expected)
        }
    }

    private static let ana = DemonstrationDatabase.Person.ana.rawValue
    private static let ben = DemonstrationDatabase.Person.ben.rawValue
    private static let lisbon = DemonstrationDatabase.lisbonTalk
    private static let alps = DemonstrationDatabase.alpsTalk
    private static let ideas = DemonstrationDatabase.cleoTalk

    private static let denied: [Row] = [
        Row(.cleo, "trip:1", "-"), Row(.ben, "trip:2", "-"), Row(.ben, "trip:3", "-"),
        Row(.ana, "trip:3", "-"), Row(.ana, "trip:99", "-"), Row(.ana, "trip:", "-"),
        Row(.ana, "trip", "-"), Row(.ana, "trip:one", "-"), Row(.ana, "trip:1.0", "-"),
        Row(.ana, "trip:99999999999999999999", "-"), Row(.ana, "trip:0x1", "-"),
        Row(.ana, "trip:' or true --", "-"), Row(.ana, "trip:%", "-"), Row(.ana, "Trip:1", "-"),
        Row(.ana, " trip:1", "-"), Row(.ana, "trip::1", "-"), Row(.ana, ":1", "-"),
        Row(.ana, "", "-"), Row(.ana, "realtime:trip:1", "-"), Row(.ana, "trips:1", "-"),
        Row(.ana, "flights:1", "-"), Row(.ana, "trip:1:cursors", "-"),
        Row(.ana, "user:\(ben)", "-"), Row(.ben, "user:\(ana)", "-"), Row(.ana, "user:", "-"),
        Row(.ana, "user:x", "-"), Row(.ana, "user", "-"), Row(.ana, "session:\(ana)", "-"),
        Row(.cleo, "session:\(lisbon)", "-"), Row(.ben, "session:\(alps)", "-"),
        Row(.ana, "session:\(ideas)", "-"), Row(.ben, "session:\(ideas)", "-"),
        Row(.ana, "session:", "-"), Row(.ana, "session:nil", "-"), Row(.ana, lisbon, "-"),
        Row(.ana, "trip:\(lisbon)", "-"), Row(.ana, "session:1", "-"),
        Row("authenticated", "{}", "trip:1", "-"), Row("authenticated", "", "trip:1", "-"),
        Row("authenticated", #"{"sub":"me"}"#, "user:me", "-"),
        Row("authenticated", #"{"sub":null}"#, "user:", "-"),
        Row("authenticated", #"{"sub":["\#(ana)"]}"#, "trip:1", "-"),
        Row("authenticated", #"{"sub":{}}"#, "session:\(lisbon)", "-"),
        Row("anon", #"{"sub":"\#(ana)"}"#, "trip:1", "-"),
        Row("anon", #"{"sub":"\#(ana)"}"#, "user:\(ana)", "-"),
        Row("anon", #"{"sub":"\#(ana)"}"#, "session:\(lisbon)", "-"),
    ]

    private static let allowed: [Row] = [
        Row(.cleo, "trip:2", "read"),
        Row(.ana, "trip:1", "read write"), Row(.ana, "trip:2", "read write"),
        Row(.ben, "trip:1", "read write"), Row(.cleo, "trip:3", "read write"),
        Row(.ana, "user:\(ana)", "read write"),
        Row(.ben, "user:\(ben.uppercased())", "read write"),
        Row("authenticated", #"{"sub":"\#(ana.uppercased())"}"#, "user:\(ana)", "read write"),
        Row(.ana, "session:\(lisbon)", "read write"), Row(.ben, "session:\(lisbon)", "read write"),
        Row(.ana, "session:\(alps)", "read write"), Row(.cleo, "session:\(alps)", "read write"),
        Row(.cleo, "session:\(ideas)", "read write"),
        Row("service_role", "{}", "trip:1", "read write"),
        Row("service_role", "{}", "anything", "read write"),
    ]

    @Test("Each person may do on each topic what the table says, negatives first")
    func truthTable() async throws {
        let database = try await DemonstrationDatabase.make()
        for row in Self.denied + Self.allowed {
            for kind in ["broadcast", "presence"] {
                let verdict = try probe(row, kind, database.connection)
                #expect(verdict == row.expected, "\(row.role) \(row.claims) \(row.topic) \(kind)")
            }
        }
    }

    @Test("Another kind of message is allowed to nobody but the service")
    func otherKinds() async throws {
        let database = try await DemonstrationDatabase.make()
        for row in Self.allowed where row.role != "service_role" {
            for kind in ["", "postgres_changes", "Broadcast"] {
                #expect(try probe(row, kind, database.connection) == "-", "\(row.topic) \(kind)")
            }
        }
    }

    @Test("Membership ends with the row that gave it")
    func revoked() async throws {
        let database = try await DemonstrationDatabase.make()
        let rows = [Row(.ben, "trip:1", ""), Row(.ben, "session:\(Self.lisbon)", "")]
        func verdicts() throws -> [String] {
            try rows.map { try probe($0, "broadcast", database.connection) }
        }
        #expect(try verdicts() == ["read write", "read write"])
        try database.connection.execute("update public.trip_collaborators set role = 'viewer'")
        #expect(try verdicts() == ["read", "read write"])
        try database.connection.execute("delete from public.trip_collaborators where trip_id = 1")
        #expect(try verdicts() == ["-", "-"])
    }

    @Test("Text that is no key is NULL and never an error")
    func casts() async throws {
        let database = try await DemonstrationDatabase.make()
        let cases: [(function: String, text: String?, value: String?)] = [
            ("try_cast_uuid", "x", nil), ("try_cast_uuid", "", nil), ("try_cast_uuid", nil, nil),
            ("try_cast_uuid", Self.ana.uppercased(), Self.ana),
            ("try_cast_bigint", "9223372036854775808", nil), ("try_cast_bigint", "1e3", nil),
            ("try_cast_bigint", "", nil), ("try_cast_bigint", nil, nil),
            ("try_cast_bigint", "-9223372036854775808", "-9223372036854775808"),
            ("try_cast_bigint", "42", "42"),
        ]
        for (function, text, value) in cases {
            let rows = try database.connection.query("select public.\(function)($1)", [text])
            #expect(rows[0, 0] == value, "\(function) of \(text ?? "NULL")")
        }
    }

    @Test("The parts of a topic are what stands between its first colons")
    func parts() async throws {
        let database = try await DemonstrationDatabase.make()
        for (topic, prefix, suffix) in [
            ("trip:42", "trip", "42"), ("trip:42:x", "trip", "42"), ("trip", "trip", ""),
            (":a", "", "a"), ("trip:", "trip", ""),
        ] {
            let rows = try database.connection.query(
                """
                select public.rt_topic_prefix(), public.rt_topic_suffix()
                from (select set_config('realtime.topic', $1, false)) as asked
                """,
                [topic]
            )
            #expect(rows[0, 0] == prefix)
            #expect(rows[0, 1] == suffix)
        }
    }

    /// Asks as Supabase does: with a row that is inserted, looked for, and rolled back.
    private func probe(
        _ row: Row,
        _ kind: String,
        _ connection: PostgresConnection
    ) throws -> String {
        try connection.execute("begin")
        defer { try? connection.execute("rollback") }
        let planted = try connection.query(
            "insert into realtime.messages (topic, extension) values ($1, $2) returning id",
            [row.topic, kind]
        )
        _ = try connection.query(
            """
            select set_config('realtime.topic', $1, true),
                set_config('request.jwt.claims', $2, true), set_config('role', $3, true)
            """,
            [row.topic, row.claims, row.role]
        )
        var rights: [String] = []
        let seen = try connection.query(
            "select from realtime.messages where id = $1",
            [planted[0, 0]]
        )
        if seen.count == 1 { rights.append("read") }
        do {
            _ = try connection.query(
                "insert into realtime.messages (topic, extension) values ($1, $2)",
                [row.topic, kind]
            )
            rights.append("write")
        } catch {
            #expect(error.sqlState == "42501", "\(row.topic)")
        }
        return rights.isEmpty ? "-" : rights.joined(separator: " ")
    }
}
