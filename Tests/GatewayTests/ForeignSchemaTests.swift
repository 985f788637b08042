import Postgres
import TestSupport
import Testing
import WebSocketClient

/// A database whose migrations somebody else wrote is served as it is, without a topic file.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct ForeignSchemaTests {
    private static let own = "10000000-0000-4000-8000-000000000001"
    private static let shared = "20000000-0000-4000-8000-000000000002"
    private static let closed = "30000000-0000-4000-8000-000000000003"

    /// Journeys with UUID keys; other names, other helpers, other ways to say the same.
    private static let sql = """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT polname FROM pg_policy WHERE polrelid = 'realtime.messages'::regclass
            LOOP EXECUTE format('DROP POLICY %I ON realtime.messages', name); END LOOP;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planner_guests') THEN
                CREATE ROLE planner_guests NOLOGIN;
                CREATE ROLE planner_everybody NOLOGIN;
                GRANT planner_guests TO planner_everybody;
                GRANT planner_everybody TO anon, authenticated;
            END IF;
        END $$;
        CREATE SCHEMA planner;
        GRANT USAGE ON SCHEMA planner TO anon, authenticated;
        CREATE TABLE planner.journeys (id uuid PRIMARY KEY, holder uuid NOT NULL, title text);
        CREATE TABLE planner.crew (
            journey uuid REFERENCES planner.journeys, person uuid, part text);
        CREATE TABLE planner.suspended (person uuid PRIMARY KEY);
        GRANT SELECT ON planner.suspended TO PUBLIC;
        INSERT INTO planner.journeys VALUES
            ('\(own)', '\(Person.ana.rawValue)', 'own'), ('\(shared)', '\(Person.ana.rawValue)', 's'),
            ('\(closed)', '\(Person.cleo.rawValue)', 'closed');
        INSERT INTO planner.crew VALUES
            ('\(shared)', '\(Person.ben.rawValue)', 'captain'),
            ('\(shared)', '\(Person.cleo.rawValue)', 'guest'),
            ('\(closed)', '\(Person.ben.rawValue)', 'guest');
        -- Raises where the topic has no UUID, and nobody catches it.
        CREATE FUNCTION planner.journey() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
        BEGIN RETURN substr(realtime.topic(), length('journey/') + 1)::uuid; END $$;
        CREATE FUNCTION planner.part_of(them uuid, it uuid) RETURNS text LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = planner AS $$
            SELECT 'holder' FROM journeys j WHERE j.id = it AND j.holder = them
            UNION ALL SELECT c.part FROM crew c WHERE c.journey = it AND c.person = them LIMIT 1
        $$;
        CREATE FUNCTION planner.aboard() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN RETURN planner.part_of(auth.uid(), planner.journey()) IS NOT NULL; END $$;
        CREATE POLICY "crew may listen" ON realtime.messages FOR SELECT TO authenticated USING (
            CASE WHEN realtime.topic() LIKE 'journey/%' THEN (SELECT planner.aboard()) END);
        CREATE POLICY "captains speak" ON realtime.messages FOR INSERT TO authenticated WITH CHECK (
            realtime.topic() LIKE 'journey/%' AND planner.part_of((SELECT auth.uid()),
                planner.journey()) IN ('holder', 'captain'));
        CREATE POLICY "nobody suspended" ON realtime.messages AS RESTRICTIVE TO public USING (
            NOT EXISTS (SELECT FROM planner.suspended s WHERE s.person = (SELECT auth.uid())));
        CREATE POLICY "hall for all" ON realtime.messages USING (
            topic = 'hall' AND extension = 'presence');
        -- Reaches nobody here: Supabase's roles do not inherit.
        CREATE POLICY "guests" ON realtime.messages TO planner_guests USING (topic = 'hall2');
        """

    /// What SET ROLE and rows that are rolled back say: whether the topic may be joined, and
    /// whether broadcasts may be sent there.
    private static func probe(
        _ connection: PostgresConnection,
        _ person: Person,
        _ topic: String
    ) throws -> (mayJoin: Bool, maySend: Bool) {
        let id = "00000000-0000-4000-9000-000000000001"
        let become = PipelineStep.query(
            """
            SELECT set_config('realtime.topic', $1, true), set_config('request.jwt.claims',
                json_build_object('sub', $2::text, 'role', 'authenticated')::text, true),
                set_config('role', 'authenticated', true)
            """,
            [topic, person.rawValue]
        )
        let insert = "INSERT INTO realtime.messages (topic, extension) VALUES ($1, $2)"
        let reads = try ["broadcast", "presence"].map { kind in
            let outcomes = try connection.pipeline([
                .query("BEGIN"),
                .query(
                    "INSERT INTO realtime.messages (id, topic, extension) VALUES ($1, $2, $3)",
                    [id, topic, kind]
                ),
                become, .query("SELECT id FROM realtime.messages WHERE id = $1", [id]),
                .sync, .query("ROLLBACK"),
            ])
            return (try? outcomes[3].get().count) == 1
        }
        let outcomes = try connection.pipeline([
            .query("BEGIN"), become, .query(insert, [topic, "broadcast"]), .sync,
            .query("ROLLBACK"),
        ])
        return (reads.contains(true), (try? outcomes[2].get()) != nil)
    }

    @Test("Joins and broadcasts are allowed and denied as SET ROLE and a probe say")
    func verdicts() async throws {
        try await TestNode.with { node in
            try node.sql(Self.sql)
            let connection = try node.database.connect()
            let topics =
                [
                    Self.own, Self.shared, Self.closed, "", "x", Self.own + "0",
                    Self.own.uppercased(),
                ]
                .map { "journey/\($0)" } + ["hall", "hall2", "trip:1", "journey"]
            let ana = try Member(node, .ana)
            let isRead = try await eventually {
                try ana.refusal("trip:1") != nil && ana.refusal("journey/\(Self.own)") == nil
            }
            try #require(isRead, "the new policies are not in force")
            for suspended in [Person?.none, .ben] {
                if let suspended {
                    try node.sql("INSERT INTO planner.suspended VALUES ('\(suspended.rawValue)')")
                    // Longer than a verdict is remembered.
                    try await Task.sleep(for: .seconds(6))
                }
                var openCount = 0
                for person in [Person.ana, .ben, .cleo] {
                    let member = try Member(node, person)
                    for topic in topics {
                        let truth = try Self.probe(connection, person, topic)
                        let reason = try member.refusal(topic)
                        #expect((reason == nil) == truth.mayJoin, "\(person) \(topic)")
                        if truth.mayJoin { openCount += 1 }
                        let answer = try HTTP.post(
                            "/api/broadcast/\(topic.replacing("/", with: "%2F"))/events/x?private=true",
                            "{}",
                            port: node.port,
                            headers: ["Authorization: Bearer \(person.token)"]
                        )
                        #expect((answer.status == 202) == truth.maySend, "\(person) \(topic)")
                    }
                    member.drop()
                }
                #expect(openCount == (suspended == nil ? 10 : 7))
            }
        }
    }
}
