import Authorization
import Locking
import Observation
import Postgres
import TestSupport
import Testing
import Topics

@Suite("An authorizer's connection")
struct AuthorizerLinkTests {
    private static let yes = Answer.verdict(.all, failedRules: [])
    private static let openDoor =
        "CREATE POLICY open ON realtime.messages TO authenticated USING (true)"

    @Test("Without a database askers are told at their deadline, and the rest is not kept")
    func databaseAway() async throws {
        let kinds = Answers()
        let authorizer = try Authorizer(
            configuration: AuthorizationConfiguration(
                dsn: "host=/nonexistent",
                questionCountMax: 2,
                deadline: .milliseconds(300)
            ),
            observe: { _ in }
        )
        authorizer.start()
        let started = ContinuousClock.now
        for number in 0..<3 {
            authorizer.ask(try Question("topic:\(number)"), answer: kinds.add)
        }
        #expect(kinds.all == [.unavailable(.queueFull)])
        #expect(await eventually { kinds.count == 3 })
        #expect(ContinuousClock.now - started >= .milliseconds(300))
        #expect(kinds.all.suffix(2).allSatisfy { $0 == .unavailable(.databaseAway) })
        authorizer.ask(try Question("topic:4"), answer: kinds.add)
        authorizer.stop()
        authorizer.ask(try Question("topic:5"), answer: kinds.add)
        #expect(kinds.all.suffix(2).allSatisfy { $0 == .unavailable(.stopped) })
    }

    @Test("Cut connections are replaced within the deadline, and nobody notices")
    func reconnects() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(Self.openDoor)
            let lost = Locked(0)
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    connectionCount: 1
                ),
                observe: { observation in
                    if case .database(.lost(.authorization, _)) = observation {
                        lost.withLock { $0 += 1 }
                    }
                }
            )
            authorizer.start()
            defer { authorizer.stop() }
            #expect(await authorizer.answer(to: try Question("one")) == Self.yes)
            try database.cutConnections()
            let answers = Answers()
            for number in 0..<20 {
                authorizer.ask(try Question("topic:\(number)"), answer: answers.add)
            }
            #expect(await eventually { answers.count == 20 })
            #expect(answers.all.allSatisfy { $0 == Self.yes })
            #expect(lost.withLock { $0 } == 1)
        }
    }

    @Test("A rule that ends its connection costs its own question only")
    func connectionKiller() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(
                """
                CREATE FUNCTION public.crash() RETURNS boolean LANGUAGE sql SECURITY DEFINER
                AS 'SELECT pg_terminate_backend(pg_backend_pid())';
                CREATE POLICY open ON realtime.messages TO authenticated
                USING (CASE topic WHEN 'crash' THEN public.crash() ELSE true END)
                """
            )
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(dsn: database.waypostDSN),
                observe: { _ in }
            )
            let others = Answers()
            let crash = Answers()
            for number in 0..<5 {
                authorizer.ask(try Question("topic:\(number)"), answer: others.add)
            }
            authorizer.ask(try Question("crash"), answer: crash.add)
            for number in 5..<10 {
                authorizer.ask(try Question("topic:\(number)"), answer: others.add)
            }
            authorizer.start()
            defer { authorizer.stop() }
            #expect(await eventually { others.count == 10 && crash.count == 1 })
            #expect(others.all.allSatisfy { $0 == Self.yes })
            #expect(crash.all == [.unavailable(.databaseAway)])
        }
    }
}
