import Authorization
import Locking
import Observation
import Postgres
import TestSupport
import Testing
import Topics

@Suite("The authorizer")
struct AuthorizerTests {
    private static let yes = Answer.verdict(.all, failedRules: [])
    private static let openDoor =
        "CREATE POLICY open ON realtime.messages TO authenticated USING (topic <> 'closed')"

    @Test("Every question of a burst gets its own answer, over two connections")
    func burst() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(Self.openDoor)
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    connectionCount: 2
                ),
                observe: { _ in }
            )
            authorizer.start()
            defer { authorizer.stop() }
            let opened = Answers()
            let closed = Answers()
            for number in 0..<500 {
                authorizer.ask(try Question("topic:\(number)"), answer: opened.add)
                let sub = "\(number)"
                authorizer.ask(try Question("closed", sub: sub), answer: closed.add)
            }
            #expect(await eventually { opened.count == 500 && closed.count == 500 })
            #expect(opened.all.allSatisfy { $0 == Self.yes })
            #expect(closed.all.allSatisfy { $0 == .verdict(.denied, failedRules: []) })
        }
    }

    @Test("A policy dropped while running is missed within the interval")
    func droppedPolicy() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            let administrator = try database.connect()
            try administrator.execute(Self.openDoor)
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    policyCheckInterval: .milliseconds(200)
                ),
                observe: { _ in }
            )
            authorizer.start()
            defer { authorizer.stop() }
            let question = try Question("lobby")
            #expect(await authorizer.answer(to: question) == Self.yes)
            try administrator.execute("DROP POLICY open ON realtime.messages")
            let isSeen = await eventually {
                await authorizer.answer(to: question) == .verdict(.denied, failedRules: [])
            }
            #expect(isSeen)
        }
    }

    @Test("What needs no database is denied without one")
    func refusedAtOnce() throws {
        let authorizer = try Authorizer(
            configuration: AuthorizationConfiguration(
                dsn: "host=/nonexistent",
                allowedRoles: ["authenticated", "none", "caf\u{E9}"]
            ),
            observe: { _ in }
        )
        let answers = Answers()
        let topic = try TopicName("lobby")
        for role in ["anon", "NONE", "none", "", "cafe\u{301}", "authenticated "] {
            let caller = Caller(role: role, claims: "{}")
            authorizer.ask(Question(caller: caller, topic: topic), answer: answers.add)
        }
        #expect(
            answers.all
                == Array(repeating: .verdict(.denied, failedRules: [.roleNotAllowed]), count: 6)
        )
        for caller in [
            Caller(role: "authenticated", claims: "{\0}"),
            Caller(role: "authenticated", claims: "{}", headers: "\0"),
        ] {
            authorizer.ask(Question(caller: caller, topic: topic), answer: answers.add)
        }
        #expect(
            answers.all.suffix(2)
                == [
                    .verdict(.denied, failedRules: [.textContainsNUL]),
                    .verdict(.denied, failedRules: [.textContainsNUL]),
                ]
        )
    }

    @Test("A deadline holds also while the database is busy with another question")
    func deadline() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(
                """
                CREATE POLICY slow ON realtime.messages TO authenticated
                USING (pg_sleep(CASE topic WHEN 'slow' THEN 20 ELSE 0 END) IS NOT NULL)
                """
            )
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    deadline: .milliseconds(400),
                    statementTimeout: .seconds(40)
                ),
                observe: { _ in }
            )
            authorizer.start()
            defer { authorizer.stop() }
            // Asked until the connection stands.
            let quick = try Question("quick")
            #expect(await eventually { await authorizer.answer(to: quick) == Self.yes })
            let started = ContinuousClock.now
            let answer = await authorizer.answer(to: try Question("slow"))
            #expect(answer == .unavailable(.deadlinePassed))
            #expect(ContinuousClock.now - started < .seconds(20))
        }
    }
}
