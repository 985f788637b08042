import LoadChecks
import LoadScenarios
import Outbox
import Postgres
import TestSupport
import Testing
import Topics

/// The SQL of the shipped scenarios, on the demonstration's database.
@Suite struct ShippedScenarioDatabaseTests {
    private static let demonstration = DatabaseTemplate("load_demonstration") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
        try DemonstrationScripts.runWithTopics(on: connection)
    }

    /// A shipped scenario for a few people, so many that the last group is not full.
    private func few(_ file: ShippedScenario) throws -> Scenario {
        let names = try Scenario.read(text: file.text, name: file.name).parameters.map(\.name)
        let size = names.first { ["members", "users", "subscribers"].contains($0) }
        return try Scenario.read(
            text: file.text,
            name: file.name,
            settings: [try #require(size): "7"]
        )
    }

    @Test("Setup runs twice, all may join what they join, writes arrive marked, teardown removes")
    func shipped() async throws {
        for file in try ShippedScenario.all() {
            let scenario = try few(file)
            try await TestDatabase.with(Self.demonstration) { database in
                let trial = ScenarioTrial(
                    scenario: scenario,
                    connection: try database.connect()
                )
                let before = try trial.rowCounts()
                for _ in 1...2 {
                    for script in scenario.setup { try trial.connection.execute(script) }
                }
                try trial.everybodyMayJoin()
                try trial.strangersMayNot()
                try trial.writesArrive()
                for script in scenario.teardown { try trial.connection.execute(script) }
                #expect(try trial.rowCounts() == before, "\(file.name)")
            }
        }
    }
}

/// One scenario in a database.
private struct ScenarioTrial {
    let scenario: Scenario
    let connection: PostgresConnection

    func everybodyMayJoin() throws {
        for population in scenario.populations {
            for session in stride(from: 1, through: population.count, by: 1) {
                let group = population.group(of: session)
                let sub = population.sub.filled(session: session, group: group)
                for (slot, plan) in population.topics.enumerated() where plan.isPrivate {
                    let topic = plan.topic.filled(session: session, group: group)
                    let rights = try rights(sub, try #require(population.role), topic)
                    let needed = needed(population, slot)
                    #expect(rights.isSuperset(of: needed), "\(scenario.name) \(sub) \(topic)")
                }
            }
        }
    }

    func strangersMayNot() throws {
        let stranger = Template("{session_uuid}").filled(session: 999_999, group: 1)
        for population in scenario.populations {
            for plan in population.topics where plan.isPrivate {
                let topic = plan.topic.filled(session: 1, group: population.group(of: 1))
                #expect(try rights(stranger, "authenticated", topic).isEmpty, "\(topic)")
            }
        }
    }

    func writesArrive() throws {
        let start = try integer("SELECT last_value FROM realtime.outbox_seq")
        for (stream, writer) in scenario.writers.enumerated() {
            let population = scenario.populations[writer.population]
            let groups = Set(
                stride(from: 1, through: population.count, by: 1).map(population.group)
            )
            for group in groups {
                let topic = writer.topic.filled(session: 0, group: group)
                #expect(
                    population.topics.contains {
                        $0.isPrivate && $0.topic.filled(session: 0, group: group) == topic
                    }
                )
                for number in 1...UInt64(3) {
                    let mark = Mark(
                        stream: UInt32(stream),
                        topic: TopicNumber.of(topic),
                        number: number,
                        sentAt: 1
                    )
                    try connection.execute(
                        writer.sql.filled(session: 0, group: group, number: number, mark: mark.text)
                    )
                    try arrives(mark, on: topic, writer.name)
                }
            }
        }
        try othersAreExpected(since: start)
    }

    /// The mark is in one message, on its topic alone, and is the first there.
    private func arrives(_ mark: Mark, on topic: String, _ writer: String) throws {
        let rows = try connection.query(
            """
            SELECT array_to_string(topics, ' '), new::text FROM realtime.changes
            WHERE position($1 IN new::text) > 0
            UNION ALL SELECT topic, payload::text FROM realtime.messages
            WHERE private AND position($1 IN payload::text) > 0
            """,
            [mark.text]
        )
        let place = "\(scenario.name) \(writer) \(topic)"
        try #require(rows.count == 1, "\(place)")
        #expect(rows[0, 0] == topic, "\(place)")
        #expect(Mark.first(in: Array((rows[0, 1] ?? "").utf8).span) == mark, "\(place)")
    }

    /// No message without a mark came on a topic where none may.
    private func othersAreExpected(since start: Int64) throws {
        let rows = try connection.query(
            """
            SELECT t FROM realtime.changes, unnest(topics) AS t
            WHERE seq > $1 AND coalesce(new::text, '') NOT LIKE '%~lt.%'
            UNION SELECT topic FROM realtime.messages
            WHERE seq > $1 AND payload::text NOT LIKE '%~lt.%'
            """,
            ["\(start)"]
        )
        let unmarked = Set((0..<rows.count).compactMap { rows[$0, 0] })
        for population in scenario.populations {
            for session in stride(from: 1, through: population.count, by: 1) {
                for plan in population.topics where !plan.mayBeUnmarked {
                    let group = population.group(of: session)
                    let topic = plan.topic.filled(session: session, group: group)
                    #expect(!unmarked.contains(topic), "\(scenario.name) \(topic)")
                }
            }
        }
    }

    /// What a session does on a topic, as `read` or `write` of an extension.
    private func needed(_ population: Population, _ slot: Int) -> Set<String> {
        var needed: Set = ["read broadcast"]
        for plan in population.actions {
            switch plan.action {
            case .broadcast(slot, _, _, _): needed.insert("write broadcast")
            case .track(slot): needed.formUnion(["read presence", "write presence"])
            default: break
            }
        }
        return needed
    }

    /// What the policies let somebody do on a topic.
    private func rights(_ sub: String, _ role: String, _ topic: String) throws -> Set<String> {
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        let topic = SQLText.literal(topic)
        try connection.execute(
            """
            DELETE FROM realtime.messages;
            INSERT INTO realtime.messages (topic, extension)
            SELECT \(topic), e FROM unnest(ARRAY['broadcast', 'presence']) AS e;
            SELECT set_config('realtime.topic', \(topic), true),
                set_config('request.jwt.claims',
                    json_build_object('sub', \(SQLText.literal(sub)))::text, true);
            SET LOCAL ROLE \(SQLText.identifier(role))
            """
        )
        let rows = try connection.query("SELECT 'read ' || extension FROM realtime.messages")
        var rights = Set((0..<rows.count).compactMap { rows[$0, 0] })
        for kind in ["broadcast", "presence"] {
            try connection.execute("SAVEPOINT one")
            do {
                try connection.execute(
                    "INSERT INTO realtime.messages (topic, extension) VALUES (\(topic), '\(kind)')"
                )
                rights.insert("write " + kind)
            } catch {
                try connection.execute("ROLLBACK TO SAVEPOINT one")
            }
        }
        return rights
    }

    /// How many rows each table of the application has.
    func rowCounts() throws -> [String: Int64] {
        let tables = try connection.query(
            """
            SELECT oid::regclass::text FROM pg_class
            WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'auth'::regnamespace)
            """
        )
        var counts: [String: Int64] = [:]
        for row in 0..<tables.count {
            let table = tables[row, 0] ?? ""
            counts[table] = try integer("SELECT count(*) FROM \(table)")
        }
        return counts
    }

    private func integer(_ sql: String) throws -> Int64 {
        try #require(try connection.query(sql).integer(0, 0))
    }
}
