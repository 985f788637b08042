import Authorization
import Locking
import Postgres
import TestSupport
import Testing
import Topics

@Suite("An authorizer whose database is in trouble")
struct AuthorizerTroubleTests {
    private static let yes = Answer.verdict(.all, failedRules: [])
    private static let openDoor = """
        CREATE POLICY open ON realtime.messages TO authenticated
        USING (CASE WHEN topic ~ '^slow' THEN pg_sleep(20) IS NOT NULL ELSE true END)
        """

    /// Runs an authorizer; the body gets how often the rules changed as the last argument.
    private static func with(
        _ change: @Sendable (inout AuthorizationConfiguration) -> Void,
        _ body: @Sendable (TestDatabase, Authorizer, Count) async throws -> Void
    ) async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(openDoor)
            var configuration = AuthorizationConfiguration(dsn: database.waypostDSN)
            configuration.verdictLifetime = .seconds(600)
            change(&configuration)
            let authorizer = try Authorizer(configuration: configuration, observe: { _ in })
            let count = Count()
            authorizer.start(rulesChanged: count.add)
            defer { authorizer.stop() }
            try await body(database, authorizer, count)
        }
    }

    @Test("A rule that takes too long is no verdict, and costs nobody else his")
    func statementTimeout() async throws {
        try await Self.with {
            $0.statementTimeout = .milliseconds(500)
            $0.deadline = .seconds(60)
        } _: { _, authorizer, _ in
            let quick = Answers()
            let slow = Answers()
            authorizer.ask(try Question("slow"), answer: slow.add)
            for number in 0..<20 {
                authorizer.ask(try Question("quick:\(number)"), answer: quick.add)
            }
            #expect(await eventually { quick.count == 20 && slow.count == 1 })
            #expect(quick.all.allSatisfy { $0 == Self.yes })
            #expect(slow.all == [.unavailable(.queryCanceled)])
            #expect(authorizer.remembered(try Question("slow")) == nil)
        }
    }

    @Test("A database that hangs lets nobody in: who waits is told at the deadline, in order")
    func hanging() async throws {
        try await Self.with {
            $0.deadline = .milliseconds(700)
            $0.questionCountMax = 5
            $0.connectionCount = 1
        } _: { database, authorizer, _ in
            let known = try Question("known")
            #expect(await eventually { await authorizer.answer(to: known) == Self.yes })
            let backend = try #require(
                try database.connect().query(
                    """
                    SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'waypost authorization'
                    """
                ).integer(0, 0)
            )
            let questions = try (0..<8).map { try Question("topic:\($0)") }
            let order = Locked<[Int]>([])
            let refused = Answers()
            let late = Answers()
            let hasAnsweredInTime = whileStopped(Int32(backend)) {
                for (number, question) in questions.enumerated() {
                    authorizer.ask(question) { answer in
                        if answer == .unavailable(.queueFull) { return refused.add(answer) }
                        order.withLock { $0.append(number) }
                        late.add(answer)
                    }
                }
                return eventuallyHoldingTheThread { late.count == 5 }
            }
            #expect(refused.count == 3)
            #expect(hasAnsweredInTime)
            let isLate = late.all.allSatisfy {
                $0 == .unavailable(.deadlinePassed) || $0 == .unavailable(.databaseAway)
            }
            #expect(isLate, "\(late.all)")
            #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
            let after = try Question("topic:0")
            #expect(await eventually { await authorizer.answer(to: after) == Self.yes })
        }
    }

    @Test("Without a free connection joins wait, fail clearly, and are served once there is one")
    func noFreeConnection() async throws {
        try await Self.with {
            $0.deadline = .milliseconds(700)
        } _: { database, authorizer, rulesChangedCount in
            let question = try Question("lobby")
            #expect(await eventually { await authorizer.answer(to: question) == Self.yes })
            let name = database.name
            try database.connect().execute("ALTER DATABASE \(name) CONNECTION LIMIT 0")
            try database.cutConnections()
            // Remembered no longer, once it is known.
            let isTold = await eventually {
                await authorizer.answer(to: question) == .unavailable(.connectionsExhausted)
            }
            #expect(isTold)
            // A superuser gets in all the same.
            try database.connect().execute("ALTER DATABASE \(name) CONNECTION LIMIT -1")
            #expect(await eventually { await authorizer.answer(to: question) == Self.yes })
            #expect(rulesChangedCount.value == 0)
        }
    }

    @Test("Rules that changed while the database was away count from the first answer on")
    func changedMeanwhile() async throws {
        try await Self.with {
            $0.deadline = .seconds(60)
            $0.connectionCount = 2
        } _: { database, authorizer, rulesChangedCount in
            let question = try Question("lobby")
            #expect(await authorizer.answer(to: question) == Self.yes)
            // A database cannot lock itself; this one locks the other.
            let outside = try await TestDatabase.make()
            defer { try? outside.drop() }
            let postgres = try outside.connect()
            let administrator = try database.connect()
            try postgres.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
            let cut = """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = '\(database.name)' AND usename = 'waypost'
                """
            #expect(try await eventually { try postgres.query(cut).count == 0 })
            let answers = Answers()
            for _ in 0..<10 { authorizer.ask(question, isFresh: true, answer: answers.add) }
            try administrator.execute("DROP POLICY open ON realtime.messages")
            try postgres.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true")
            #expect(await eventually { answers.count == 10 })
            #expect(answers.all.allSatisfy { $0 == .verdict(.denied, failedRules: []) })
            #expect(await eventually { rulesChangedCount.value == 1 })
        }
    }
}
