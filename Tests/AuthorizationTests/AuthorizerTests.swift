import Authorization
import Locking
import Observation
import Postgres
import TestSupport
import Testing
import Topics

@Suite("The authorizer")
struct AuthorizerTests {
    /// Collects answers in the order in which they come.
    private final class Answers: Sendable {
        private let answers = Locked<[Answer]>([])

        var all: [Answer] { answers.withLock { $0 } }
        var count: Int { all.count }

        @Sendable func add(_ answer: Answer) {
            answers.withLock { $0.append(answer) }
        }
    }

    private static func ask(_ authorizer: Authorizer, _ question: Question) async -> Answer {
        await withCheckedContinuation { continuation in
            authorizer.ask(question) { continuation.resume(returning: $0) }
        }
    }

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
            #expect(await Self.ask(authorizer, question) == Self.yes)
            try administrator.execute("DROP POLICY open ON realtime.messages")
            let droppedAt = ContinuousClock.now
            let isSeen = await eventually {
                await Self.ask(authorizer, question) == .verdict(.denied, failedRules: [])
            }
            #expect(isSeen)
            #expect(ContinuousClock.now - droppedAt < .seconds(5))
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
                configuration: AuthorizationConfiguration(dsn: database.waypostDSN),
                observe: { observation in
                    if case .database(.lost(.authorization, _)) = observation {
                        lost.withLock { $0 += 1 }
                    }
                }
            )
            authorizer.start()
            defer { authorizer.stop() }
            #expect(await Self.ask(authorizer, try Question("one")) == Self.yes)
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

    @Test("A deadline holds also while the database is busy with another question")
    func deadline() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(
                """
                CREATE POLICY slow ON realtime.messages TO authenticated
                USING (pg_sleep(CASE topic WHEN 'slow' THEN 4 ELSE 0 END) IS NOT NULL)
                """
            )
            let authorizer = try Authorizer(
                configuration: AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    deadline: .milliseconds(400),
                    statementTimeout: .seconds(10)
                ),
                observe: { _ in }
            )
            authorizer.start()
            defer { authorizer.stop() }
            // Asked until the connection stands.
            let quick = try Question("quick")
            #expect(await eventually { await Self.ask(authorizer, quick) == Self.yes })
            let started = ContinuousClock.now
            let answer = await Self.ask(authorizer, try Question("slow"))
            #expect(answer == .unavailable(.deadlinePassed))
            #expect(ContinuousClock.now - started < .seconds(3))
        }
    }
}
