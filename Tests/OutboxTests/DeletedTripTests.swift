import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite struct DeletedTripTests {
    private static let template = DatabaseTemplate("deleted_trip") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
        try DemonstrationScripts.run(on: connection)
        let place = SourcePlace(file: "trip.yaml", line: 1)
        func family(_ name: String, _ dependencies: [MembershipDependency]) -> TopicFamily {
            TopicFamily(
                pattern: TopicPattern(family: name, parameters: [.init(name: "id", type: .bigint)]),
                members: MemberRules(
                    read: RuleExpression("true", at: place),
                    write: nil,
                    dependencies: dependencies
                ),
                changes: ["trips", "trip_collaborators", "itinerary_items"].map { table in
                    let key = ColumnPath(table == "trips" ? "id" : "trip_id")
                    return FamilyChange(table: TableName(table), key: [key], at: place)
                },
                at: place
            )
        }
        let trip = family(
            "trip",
            [
                MembershipDependency(
                    table: TableName("trips"),
                    key: [ColumnPath("id")],
                    columns: ["user_id"],
                    at: place
                ),
                MembershipDependency(
                    table: TableName("trip_collaborators"),
                    key: [ColumnPath("trip_id")],
                    member: "user_id",
                    at: place
                ),
            ]
        )
        let definitions = TopicContract([trip]).changeDefinitions()
        try connection.execute(ChangeTriggerPlan.sql(for: definitions, secretTables: []))
        try connection.execute(
            """
            INSERT INTO public.itinerary_items (trip_id, day_number, title)
            SELECT 1, n, 'Item ' || n FROM generate_series(1, 300) AS n
            """
        )
    }

    private final class Delivered { var slices: [WindowSlice] = [] }

    @Test("A trip that is deleted with all its rows is one group, in order, and says so at once")
    func deleted() async throws {
        try await TestDatabase.with(Self.template) { database in
            let (writer, other) = (try database.connect(), try database.connect())
            let reader = try WindowReader(
                connection: try database.connect(user: "waypost"),
                messageCountMax: 40,
                byteCountMax: 1 << 20,
                observe: { _ in }
            )
            var position = WindowPosition(delivered: try reader.snapshot())
            let delivered = Delivered()
            try writer.execute("BEGIN; DELETE FROM public.trips WHERE id = 1")
            try other.execute("SELECT realtime.send('{}', 'between', 'trip:2')")
            _ = try reader.read(from: &position) { delivered.slices.append($0) }
            #expect(delivered.slices.flatMap(\.messages).map(\.name) == ["between"])
            delivered.slices = []
            try writer.execute("COMMIT")
            _ = try reader.read(from: &position) { delivered.slices.append($0) }
            let slices = delivered.slices
            let messages = slices.flatMap(\.messages)
            #expect(slices.count > 7 && slices.filter(\.isLast).count == 1)
            #expect(slices.last?.isLast == true)
            #expect(
                messages.allSatisfy { $0.name == "DELETE" && $0.topics.map(\.text) == ["trip:1"] }
            )
            #expect(messages.allSatisfy { $0.relation?.isMoved == false })
            #expect(Set(messages.map(\.transaction)).count == 1)
            #expect(zip(messages, messages.dropFirst()).allSatisfy { $0.seq < $1.seq })
            let tables = Set(messages.compactMap(\.relation?.table))
            #expect(tables == ["trips", "trip_collaborators", "itinerary_items"])
            #expect(messages.count > 300)

            let concerns = try #require(slices.first?.concerns.first)
            #expect(slices.flatMap(\.concerns).count == 1)
            let trip = MembershipConcern.Scope.topic(try TopicName("trip:1"))
            #expect(concerns.concerns.contains(MembershipConcern(trip, endsTopic: true)))
            #expect(concerns.concerns.contains { $0.scope == trip && $0.member != nil })
            let places = messages.map(\.seq)
            #expect(places.allSatisfy { (concerns.firstSeq...concerns.lastSeq).contains($0) })
        }
    }

    @Test("A row that moves is told apart from one that is deleted, live and in a replay")
    func moved() async throws {
        try await TestDatabase.with(Self.template) { database in
            let writer = try database.connect()
            try writer.execute(
                "UPDATE public.itinerary_items SET trip_id = 2 WHERE title = 'Item 1'"
            )
            try writer.execute("DELETE FROM public.itinerary_items WHERE title = 'Item 2'")
            let configuration = ReplayConfiguration(dsn: database.waypostDSN)
            let replay = try #require(
                try ReplayQueries(configuration).replay(
                    ReplayRequest(
                        topic: try TopicName("trip:1"),
                        sinceMilliseconds: 0,
                        countMax: 2,
                        deadline: .now + .seconds(60)
                    )
                )
            )
            #expect(replay.messages.map(\.name) == ["DELETE", "DELETE"])
            let payloads = replay.messages.map { String(decoding: $0.payload.bytes, as: UTF8.self) }
            #expect(payloads[0].hasSuffix(#","moved":true}"#) && payloads[0].contains("Item 1"))
            #expect(!payloads[1].contains("moved") && payloads[1].contains("Item 2"))
        }
    }
}
