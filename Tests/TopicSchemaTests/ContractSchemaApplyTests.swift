import Postgres
import PublishedTables
import TestSupport
import Testing
import TopicSchema
import Topics

@Suite struct ContractSchemaApplyTests {
    private static let ada = "5a2f0f9e-1111-4111-8111-000000000001"
    private static let bob = "5a2f0f9e-1111-4111-8111-000000000002"
    private static let eve = "5a2f0f9e-1111-4111-8111-000000000003"
    private static let people = """
        INSERT INTO auth.users (id) VALUES ('\(ada)'), ('\(bob)'), ('\(eve)');
        INSERT INTO public.trips (id, user_id, name, start_date, end_date, destination)
        VALUES (42, '\(ada)', 'Rome', now(), now(), 'Rome'), (-7, '\(eve)', 'X', now(), now(), 'Y');
        INSERT INTO public.trip_collaborators (trip_id, user_id, role)
        VALUES (42, '\(bob)', 'viewer');
        """

    @Test("Nobody is let in before the files are applied")
    func before() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            let verdict = try database.verdict(Self.ada, "trip:42")
            #expect(verdict == "reads - sends -")
        }
    }

    @Test("The rules of files decide who may join and send")
    func verdicts() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            try database.apply(Contracts.both)
            #expect(try database.verdict(Self.ada, "trip:42") == "reads bp sends bp")
            #expect(try database.verdict(Self.bob, "trip:42") == "reads bp sends p")
            #expect(try database.verdict(Self.eve, "trip:42") == "reads - sends -")
            #expect(try database.verdict(Self.ada, "trip:42", role: "anon") == "reads - sends -")
            #expect(try database.verdict(Self.eve, "trip:-7") == "reads bp sends bp")
            #expect(try database.verdict(Self.ada, "user:\(Self.ada)") == "reads bp sends bp")
            #expect(
                try database.verdict(Self.ada, "user:\(Self.ada.uppercased())")
                    == "reads bp sends bp"
            )
            #expect(try database.verdict(Self.bob, "user:\(Self.ada)") == "reads - sends -")
        }
    }

    private static let oddTopics = [
        "trip:042", "trip:+42", "trip: 42", "trip:42 ", "trip:42:", "trip:42:1", "trip:",
        "trip",
        "trip::42", "trip:4２", "trip:42\n", "trip:1e1", "trip:99999999999999999999",
        "trip:9223372036854775808", "trip:-9223372036854775809", "trip:-0", "Trip:42",
        "trips:42",
        "trip:42'", "trip:42;--", "xtrip:42", "trip:\u{200B}42", "user:", "user:42",
        "user:{5a2f0f9e-1111-4111-8111-000000000001}",
        "user:5a2f0f9e111141118111000000000001",
    ]

    @Test("A topic that is not spelled as its parameter is refused, without an error")
    func odd() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            try database.apply(Contracts.both)
            for topic in Self.oddTopics {
                #expect(try database.verdict(Self.ada, topic) == "reads - sends -", "\(topic)")
                try database.connection.execute(
                    "SELECT set_config('realtime.topic', \(SQLText.literal(topic)), false)"
                )
                #expect(try database.value("SELECT realtime.member_trip_read()") == "f")
                #expect(try database.value("SELECT realtime.member_user_read()") == "f")
            }
        }
    }

    @Test("Nobody reads the rows of another topic than the one that is asked about")
    func otherRows() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            try database.apply(Contracts.both)
            try database.connection.execute(
                """
                INSERT INTO realtime.messages (topic, extension) VALUES ('trip:-7', 'broadcast');
                SELECT set_config('realtime.topic', 'trip:42', false),
                    set_config('request.jwt.claims', '{"sub": "\(Self.ada)"}', false);
                SET ROLE authenticated
                """
            )
            let topics = "SELECT string_agg(DISTINCT topic, ' ') FROM realtime.messages"
            #expect(try database.value(topics) == "trip:42")
        }
    }

    @Test("The class of a reader is what the file's expression says")
    func readerClass() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            try database.apply(Contracts.both)
            var answers: [String?] = []
            for (person, topic) in [
                (Self.ada, "trip:42"), (Self.bob, "trip:42"), (Self.ada, "user:\(Self.ada)"),
                (Self.ada, "other:1"), (Self.ada, "trip:x"),
            ] {
                try database.connection.execute(
                    """
                    RESET ROLE;
                    SELECT set_config('realtime.topic', '\(topic)', false),
                        set_config('request.jwt.claims', '{"sub": "\(person)"}', false);
                    SET ROLE authenticated
                    """
                )
                answers.append(try database.value("SELECT realtime.reader_class()"))
            }
            #expect(answers == ["editor", "viewer", nil, nil, nil])
        }
    }

    @Test("What was applied is in step, and applying again does nothing")
    func twice() async throws {
        try await SchemaDatabase.with { database in
            let first = try database.apply(Contracts.both)
            #expect(first.contains("make function realtime.member_trip_read()"))
            #expect(first.contains("make policy waypost_trip_read on realtime.messages"))
            #expect(first.contains("make triggers of public.flights"))
            let facts = """
                SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
                    SELECT oid || xmin::text FROM pg_proc
                    UNION ALL SELECT oid || xmin::text FROM pg_policy
                    UNION ALL SELECT oid || xmin::text FROM pg_trigger
                    UNION ALL SELECT oid || xmin::text || coalesce(relacl::text, '') FROM pg_class
                        WHERE relnamespace = 'realtime'::regnamespace
                ) AS one(line)
                """
            let before = try database.value(facts)
            #expect(try ContractSchema(Contracts.both).plan(on: database.connection).isEmpty)
            #expect(try database.apply(Contracts.both).isEmpty)
            #expect(try database.value(facts) == before)
        }
    }

    @Test("The printed plan does what applying does")
    func printed() async throws {
        try await SchemaDatabase.with { database in
            let schema = ContractSchema(Contracts.both)
            try database.connection.execute(try schema.plan(on: database.connection).sql)
            #expect(try schema.plan(on: database.connection).summary == [])
        }
    }

    @Test("A changed rule replaces its function alone")
    func changedRule() async throws {
        try await SchemaDatabase.with { database in
            let one = Contracts.family("note", [.init(name: "n", type: .bigint)], read: "n > 1")
            try database.apply(TopicContract([one]))
            let other = Contracts.family("note", [.init(name: "n", type: .bigint)], read: "n > 2")
            #expect(
                try database.apply(TopicContract([other]))
                    == ["replace function realtime.member_note_read()"]
            )
            #expect(try database.verdict(Self.ada, "note:2") == "reads - sends -")
            #expect(try database.verdict(Self.ada, "note:3") == "reads bp sends -")
        }
    }

    @Test("A family whose file is gone leaves nothing behind")
    func dropped() async throws {
        let sql = "DROP PUBLICATION supabase_realtime"
        try await SchemaDatabase.with(SchemaDatabase.demonstration, sql) { database in
            let before = try database.objects()
            try database.apply(Contracts.both)
            #expect(try database.objects() != before)
            try database.apply(TopicContract([Contracts.user]))
            #expect(
                try database.value("SELECT to_regprocedure('realtime.member_trip_read()')") == nil
            )
            try database.apply(TopicContract([]))
            #expect(try database.objects() == before)
        }
    }

    @Test("A published table keeps writing to the outbox when no file asks for it any more")
    func stillPublished() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.people) { database in
            let triggers = PublicationTriggers(neverSent: .nothing)
            try database.apply(Contracts.both)
            try database.apply(TopicContract([]))
            let review = try triggers.review(on: database.connection)
            let isLeft = review.missing.contains { $0.definition.table == TableName("flights") }
            #expect(!isLeft && review.superfluous.isEmpty)
            try database.connection.execute(
                """
                TRUNCATE realtime.changes;
                UPDATE public.trips SET name = 'Paris' WHERE id = 42
                """
            )
            let facts = "SELECT table_name || topics::text || published FROM realtime.changes"
            #expect(try database.value(facts) == "trips{}true")
        }
    }

    @Test("What somebody altered by hand is made again")
    func altered() async throws {
        try await SchemaDatabase.with { database in
            try database.apply(Contracts.both)
            try database.connection.execute(
                """
                ALTER POLICY waypost_trip_read ON realtime.messages USING (true);
                ALTER POLICY waypost_trip_write ON realtime.messages TO PUBLIC;
                DROP POLICY waypost_user_read ON realtime.messages;
                CREATE OR REPLACE FUNCTION realtime.member_trip_write() RETURNS boolean
                    LANGUAGE plpgsql STABLE AS 'begin return true; end';
                ALTER FUNCTION realtime.member_user_read() SECURITY DEFINER;
                GRANT EXECUTE ON FUNCTION realtime.member_trip_read() TO anon;
                DROP TRIGGER realtime_changes_update ON public.flights;
                ALTER TABLE public.trips DISABLE TRIGGER realtime_changes_delete;
                """
            )
            #expect(
                try Set(database.apply(Contracts.both)) == [
                    "replace policy waypost_trip_read on realtime.messages",
                    "replace policy waypost_trip_write on realtime.messages",
                    "make policy waypost_user_read on realtime.messages",
                    "replace function realtime.member_trip_write()",
                    "replace function realtime.member_user_read()",
                    "replace function realtime.member_trip_read()",
                    "replace triggers of public.flights", "replace triggers of public.trips",
                    "make policy waypost_user_write on realtime.messages",
                ]
            )
            #expect(try ContractSchema(Contracts.both).plan(on: database.connection).isEmpty)
        }
    }
}
