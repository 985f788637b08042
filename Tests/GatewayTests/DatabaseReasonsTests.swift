import Glibc
import Postgres
import PostgresCluster
import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// What is told where the database cannot say what the rules allow: at a join, of a new token,
/// and to a request; each in the words of the protocol.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct DatabaseReasonsTests {
    private static let settings: [ConfigurationKey: String] = [
        .authorizationPolicyCheckMilliseconds: "100", .authorizationDeadlineMilliseconds: "3000",
    ]

    /// Fails unless joins and requests are told so before long, each right after `prepare`.
    private func expectTold(
        _ reason: String,
        _ refusal: RequestRefusal,
        by running: RunningNode,
        after prepare: () throws -> Void = {}
    ) async throws {
        let topic = "trip:1"
        let ben = try Member(url: running.addresses.url, token: Person.ben.token)
        var last: String?
        let isTold = try await eventually(within: Member.patience) {
            try prepare()
            last = try ben.refusal(topic)
            return last == reason
        }
        #expect(isTold, "\(reason) was expected, \(last ?? "ok") was said")
        #expect(try ben.isAlive())
        var answer: HTTP.Answer?
        let isAnswered = try await eventually(within: Member.patience) {
            try prepare()
            answer = try HTTP.post(
                "/api/broadcast/\(topic)/events/e?private=true",
                "{}",
                port: UInt16(running.addresses.port),
                headers: ["Authorization: Bearer \(Person.ben.token)"]
            )
            return answer?.body == refusal.body
        }
        #expect(isAnswered, "\(refusal) was expected, \(answer?.body ?? "nothing") was said")
        #expect(answer?.status == refusal.status)
    }

    /// Fails unless a member's new token ends its channel with this message.
    private func expectEnd(of topic: String, _ member: Member, _ message: String) throws {
        try member.channels.accessToken(topic, token: Person.ana.token(lastingSeconds: 1_800))
        var notice = try member.system()
        // The reader of the outbox may have something to say of the same trouble.
        while notice["status"] == .string("ok") { notice = try member.system() }
        #expect(notice["status"] == .string("error"))
        #expect(notice["message"] == .string(message))
        #expect(try member.next().name == "phx_close")
        #expect(try member.isAlive())
    }

    @Test("A rule that takes too long is cancelled, and that is said")
    func canceled() async throws {
        try await TestNode.with(Self.settings) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql(
                """
                CREATE POLICY slow ON realtime.messages AS RESTRICTIVE FOR ALL TO authenticated
                USING (pg_sleep(60)::text = '') WITH CHECK (pg_sleep(60)::text = '')
                """
            )
            try await expectTold(
                "QueryCanceled: canceling statement due to statement timeout",
                .queryCanceled,
                by: node.running
            )
            try expectEnd(of: "trip:1", ana, "Query was cancelled, please try again")
        }
    }

    @Test("Rules that cannot be read are the database's failure")
    func unreadable() async throws {
        try await TestNode.with(Self.settings) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql("ALTER TABLE realtime.messages RENAME TO elsewhere")
            let text = "Realtime was unable to connect to the project database"
            try await expectTold(text, .policyError, by: node.running)
            try expectEnd(of: "trip:1", ana, text)
        }
    }

    @Test("A database that takes no more connections is told of as that")
    func connectionsExhausted() async throws {
        try await TestNode.with(Self.settings) { node in
            let name = try node.column("SELECT current_database()")[0]
            try node.sql("ALTER DATABASE \"\(name)\" CONNECTION LIMIT 0")
            try node.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'waypost'
                """
            )
            try await expectTold(
                "DatabaseLackOfConnections: Database can't accept more connections, "
                    + "Realtime won't connect",
                .databaseFull,
                by: node.running
            )
        }
    }

    @Test("A database that is about to end lets nobody in, then it is away")
    func ending() async throws {
        try await OwnCluster.with { own in
            try await own.startWithDemonstration()
            let configuration = try await TestNode.configuration(
                own.dsn(user: "waypost"),
                Self.settings
            )
            let running = try RunningNode(configuration)
            do {
                try #require(await eventually { running.isReady })
                var superuser: PostgresConnection? = try PostgresConnection(
                    ConnectionString(await own.dsn(), applicationName: "waypost-test")
                )
                // It waits for those who are connected, and lets in nobody else.
                kill(try #require(await own.cluster).processID, SIGTERM)
                let isLeft = try await eventually {
                    try superuser?.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE usename = 'waypost'
                        """
                    )
                    return running.isReady == false
                }
                #expect(isLeft)
                try await expectTold(
                    "InitializingProjectConnection: "
                        + "Realtime is initializing the project connection",
                    .databaseStarting,
                    by: running
                )
                superuser = nil
                try await expectTold(
                    "UnableToConnectToProject: "
                        + "Realtime was unable to connect to the project database",
                    .databaseUnavailable,
                    by: running
                )
            } catch {
                await running.end(within: .seconds(5))
                throw error
            }
            await running.end(within: .seconds(5))
        }
    }

    @Test("Where as many wait for the rules as may, the next is told so at once")
    func queueFull() async throws {
        let settings = Self.settings.merging([
            .authorizationQuestions: "2", .limitsJoinsPerSecond: "10000",
            // Else the two are asked about once in 5 s.
            .authorizationRememberMilliseconds: "0",
        ]) { $1 }
        try await TestNode.with(settings) { node in
            try node.sql(
                """
                CREATE POLICY slow ON realtime.messages AS RESTRICTIVE FOR ALL TO authenticated
                USING (CASE WHEN realtime.topic() = 'trip:2' THEN pg_sleep(1)::text = ''
                    ELSE true END)
                """
            )
            // Two others ask to join again and again.
            let busy = [try Member(node, .ana), try Member(node, .cleo)]
            let join = #"["1","1","realtime:trip:2","phx_join",{"config":{"private":true}}]"#
            try await expectTold(
                "IncreaseConnectionPool: Please increase your connection pool size",
                .questionsFull,
                by: node.running
            ) {
                for member in busy { try member.sendText(join) }
            }
        }
    }
}
