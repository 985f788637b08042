import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct PostgresPipelineTests {
    @Test("Answers come in the order of the steps, prepared ones among them")
    func order() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.prepare("double", "SELECT $1::int8 * 2")
        let outcomes = try connection.pipeline([
            .query("SELECT $1::int8", ["1"]), .prepared("double", ["2"]), .sync,
            .sync,
            .query("SELECT 9"),
        ])
        #expect(try outcomes.map { try $0.get().integer(0, 0) } == [1, 4, 9])
        #expect(try connection.query("SELECT 1").integer(0, 0) == 1)
    }

    @Test("An error skips the rest of its group, undoes it, and leaves the next group alone")
    func groups() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("CREATE TABLE trip (id int)")
        let outcomes = try connection.pipeline([
            .query("INSERT INTO trip VALUES (1)"), .sync,
            .query("INSERT INTO trip VALUES (2)"), .query("SELECT 1 / 0"), .query("SELECT 3"),
            .sync,
            .query("INSERT INTO trip VALUES (4)"), .sync,
        ])
        #expect(outcomes.map(reason) == [nil, nil, .refused, .skipped, nil])
        #expect(outcomes.map(sqlState) == [nil, nil, "22012", nil, nil])
        let rows = try connection.query("SELECT id FROM trip ORDER BY id")
        #expect((0..<rows.count).map { rows.integer($0, 0) } == [1, 4])
    }

    @Test("An error at a group's end, such as a deferred constraint, is every entry's error")
    func errorAtEnd() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute(
            "CREATE TABLE trip (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
        let outcomes = try connection.pipeline([
            .query("INSERT INTO trip VALUES (1)"), .query("INSERT INTO trip VALUES (1)"), .sync,
            .query("SELECT count(*) FROM trip"),
        ])
        #expect(outcomes.map(sqlState) == ["23505", "23505", nil])
        #expect(try outcomes[2].get().integer(0, 0) == 0)
    }

    @Test("Thousands of large steps do not lock up against the answers")
    func large() async throws {
        let connection = try await TestDatabase.make().connect()
        let text = String(repeating: "x", count: 4_000)
        let outcomes = try connection.pipeline(
            (0..<5_000).flatMap { _ in [PipelineStep.query("SELECT $1::text", [text]), .sync] }
        )
        #expect(outcomes.count == 5_000)
        #expect(try outcomes.allSatisfy { try $0.get().bytes(0, 0)?.count == 4_000 })
    }

    @Test("Nothing to do is nothing done")
    func nothing() async throws {
        let connection = try await TestDatabase.make().connect()
        #expect(try connection.pipeline([]).isEmpty)
        #expect(try connection.pipeline([.sync, .sync]).isEmpty)
    }

    @Test("A backend that ends in mid-pipeline is a lost connection")
    func lost() async throws {
        let connection = try await TestDatabase.make().connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.pipeline([
                .query("SELECT 1"), .sync,
                .query("SELECT pg_terminate_backend(pg_backend_pid())"), .sync,
                .query("SELECT 2"),
            ])
        }
        #expect(error?.isConnectionLost == true && error?.sqlState == "57P01")
        #expect(!connection.isAlive)
    }

    @Test("COPY in a pipeline is an error, not a hang")
    func copy() async throws {
        let connection = try await TestDatabase.make().connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.pipeline([.query("COPY (SELECT 1) TO STDOUT"), .query("SELECT 1")])
        }
        #expect(error?.isConnectionLost == true)
    }

    @Test("Any mix of good and bad steps keeps to the rules of groups", arguments: seeds(30))
    func agreesWithModel(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        // Nothing is written, so the cluster's own database will do.
        let cluster = try await TestPostgres.shared.cluster()
        let connection = try PostgresConnection(
            ConnectionString(cluster.dsn(), applicationName: "test")
        )
        var steps: [PipelineStep] = []
        var expected: [String] = []
        var groupFailed = false
        for number in 0..<40 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                steps.append(.sync)
                groupFailed = false
            case 1:
                steps.append(.query("SELECT \(number) / 0"))
                expected.append(groupFailed ? "skipped" : "refused")
                groupFailed = true
            default:
                steps.append(.query("SELECT $1::text", ["\(number)"]))
                expected.append(groupFailed ? "skipped" : "\(number)")
            }
        }
        let outcomes = try connection.pipeline(steps)
        let actual = outcomes.map { outcome in
            switch outcome {
            case .success(let rows): rows[0, 0] ?? "null"
            case .failure(let error): error.reason.rawValue
            }
        }
        #expect(actual == expected)
    }

    private func reason(_ outcome: Result<Rows, PostgresError>) -> PostgresError.Reason? {
        if case .failure(let error) = outcome { error.reason } else { nil }
    }

    private func sqlState(_ outcome: Result<Rows, PostgresError>) -> String? {
        if case .failure(let error) = outcome { error.sqlState } else { nil }
    }
}
