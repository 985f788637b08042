import ArgumentParser
import Changes
import Postgres
import RowSecurity
import Topics
import Wire

/// `Benchmarks rowsecurity`.
struct RowAnswers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rowsecurity",
        abstract: "Who may see a change: compiled policies beside SELECTs, in turn.",
        discussion: """
            Both sides answer for the same people, all different, and the same changes: may this \
            one see that row? `compiled` is the gateway's row security. `select` does it one \
            person at a time: becomes their role, sets their claims, and selects the rows by key, \
            in one round trip each. Every answer is checked.

            Example:
              .build/release/Benchmarks rowsecurity --people 1000
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "People who are asked about in one turn.")
    var people = 1_000

    @Option(name: .long, help: "Turns of each side.")
    var rounds = 7

    func run() async throws {
        try await surroundings.begin("rowsecurity", "\(people) people, \(rounds) turns")
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try Self.addNotifications(database, count: people)
            try database.addTrips(people, itemCount: 1)
            for rowCount in [1, 10] {
                try measure(database, .ownRows, rowCount: rowCount)
                try measure(database, .tripsRows, rowCount: rowCount)
            }
        }
    }

    /// A table and how its rows are whose.
    private struct Scene {
        let name: String
        let table: TableName
        /// Which of its rows are taken.
        let condition: String
        /// The person's number and the row's, and whether that one sees it.
        let isSeen: @Sendable (Int, Int) -> Bool

        /// Each row is one person's: `user_id = rt_user_id()`.
        static let ownRows = Scene(
            name: "own rows",
            table: TableName("notifications"),
            condition: "true"
        ) { $0 == $1 }

        /// All rows are of Ana's trips, which a function written in SQL finds out by two lookups.
        static let tripsRows = Scene(
            name: "rows of trips",
            table: TableName("itinerary_items"),
            condition: "trip_id > 1000"
        ) { person, _ in person == 0 }
    }

    private static func person(_ number: Int) -> String {
        guard number > 0 else { return BenchmarkDatabase.ana }
        return "e0000000-0000-4000-8000-" + String(String(1_000_000_000_000 + number).dropFirst())
    }

    private static func addNotifications(_ database: BenchmarkDatabase, count: Int) throws {
        let values = (1..<count).map { "('\(person($0))')" }.joined(separator: ", ")
        try database.connect().execute(
            """
            INSERT INTO auth.users (id) VALUES \(values);
            DELETE FROM public.notifications;
            """
        )
        let notes = (0..<count).map { "(\($0 + 1), '\(person($0))', 'k', 'b')" }
        try database.connect().execute(
            """
            SET session_replication_role = replica;
            INSERT INTO public.notifications (id, user_id, kind, body)
            VALUES \(notes.joined(separator: ", "))
            """
        )
    }

    struct Wrong: Error { let name: String }

    private func measure(_ database: BenchmarkDatabase, _ scene: Scene, rowCount: Int) throws {
        let (published, keys, changes) = try Self.changes(database, scene, rowCount)
        let callers = (0..<people).map { number in
            Caller(
                role: "authenticated",
                claims: "{\"sub\":\"\(Self.person(number))\",\"role\":\"authenticated\"}"
            )
        }
        let security = try RowSecurity(
            configuration: RowSecurityConfiguration(
                dsn: database.dsn(user: "waypost"),
                statementTimeout: .seconds(10)
            ),
            observe: { _ in }
        )
        try security.refresh([published])
        let selecting = try Self.selecting(database, scene)
        let questions = callers.map {
            RowQuestion(table: published.oid, caller: $0, rows: Array(0..<rowCount))
        }
        var (compiled, selected) = (Samples(), Samples())
        for round in 0...rounds {
            let start = ContinuousClock.now
            let answers = try security.answer(questions, about: changes).map(\.isVisible)
            let middle = ContinuousClock.now
            let truths = try callers.map { try Self.select($0, keys, on: selecting) }
            let end = ContinuousClock.now
            let expected = (0..<people).map { person in
                (0..<rowCount).map { scene.isSeen(person, $0) }
            }
            guard answers == expected, truths == expected else { throw Wrong(name: scene.name) }
            guard round > 0 else { continue }
            let count = Double(people * rowCount)
            compiled.add(count / (middle - start).inSeconds)
            selected.add(count / (end - middle).inSeconds)
        }
        Report.say("\n\(scene.name), \(people) people and \(rowCount) rows: answers per second")
        Report.row("compiled", [Report.number(compiled.median, digits: 0)])
        Report.say("  \(compiled.summary(digits: 0))")
        Report.row("select", [Report.number(selected.median, digits: 0)])
        Report.say("  \(selected.summary(digits: 0))")
        Report.row("ratio", [Report.number(compiled.median / selected.median)])
    }

    /// A table, and so many of its rows with their keys.
    private static func changes(
        _ database: BenchmarkDatabase,
        _ scene: Scene,
        _ rowCount: Int
    ) throws -> (table: PublishedTable, keys: [String], changes: [ChangedRow]) {
        let administrator = try database.connect()
        let listed = try administrator.query(
            """
            SELECT id, to_jsonb(t) FROM \(scene.table.sql) AS t
            WHERE \(scene.condition) ORDER BY id LIMIT \(rowCount)
            """
        )
        let keys = (0..<rowCount).map { listed[$0, 0] ?? "" }
        let changes = (0..<rowCount).map { row in
            ChangedRow(
                seq: Int64(row),
                transaction: 0,
                table: scene.table,
                operation: .update,
                key: nil,
                old: nil,
                new: JSONText(trusted: listed.bytes(row, 1) ?? []),
                readAt: 0
            )
        }
        let number = try administrator.query("SELECT '\(scene.table.sql)'::regclass::oid::bigint")
        let published = PublishedTable(
            oid: UInt32(number.integer(0, 0) ?? 0),
            name: scene.table,
            columns: [],
            isPartial: false,
            isRowSecured: true,
            showsOldRows: false,
            operations: Set(ChangedRow.Operation.allCases)
        )
        return (published, keys, changes)
    }

    private static func selecting(
        _ database: BenchmarkDatabase,
        _ scene: Scene
    ) throws -> PostgresConnection {
        let connection = try database.connect(user: "waypost")
        try connection.prepare(
            "become",
            """
            SELECT set_config('request.jwt.claims', $1, true), set_config('role', $2, true)
            """
        )
        try connection.prepare(
            "look",
            "SELECT id FROM \(scene.table.sql) WHERE id = ANY ($1::bigint[])"
        )
        return connection
    }

    private static func select(
        _ caller: Caller,
        _ keys: [String],
        on connection: PostgresConnection
    ) throws -> [Bool] {
        let answers = try connection.pipeline([
            .query("BEGIN READ ONLY"),
            .prepared("become", [caller.claims, caller.role]),
            .prepared("look", [ArrayText.of(keys)]),
            .query("ROLLBACK"),
            .sync,
        ])
        let rows = try answers[2].get()
        let found = Set((0..<rows.count).map { rows[$0, 0] ?? "" })
        return keys.map(found.contains)
    }
}
