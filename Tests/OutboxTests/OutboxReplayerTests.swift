import Locking
import Observation
import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite(.serialized, .timeLimit(.minutes(2))) struct OutboxReplayerTests {
    /// Collects answers, in the order of their arrival.
    private final class Answers: Sendable {
        private let kept = Locked<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func add(_ outcome: ReplayOutcome) {
            let text =
                switch outcome {
                case .replay(let replay): replay.messages.map(\.name).joined(separator: " ")
                case .failed(let failure): failure.rawValue
                }
            kept.withLock { $0.append(text) }
        }
    }

    private func request(within limit: Duration = .seconds(60)) throws -> ReplayRequest {
        ReplayRequest(
            topic: try TopicName("trip:1"),
            sinceMilliseconds: 0,
            countMax: 25,
            deadline: .now + limit
        )
    }

    private func send(_ database: TestDatabase, _ name: String) throws {
        try database.connect().execute("SELECT realtime.send('{}', '\(name)', 'trip:1')")
    }

    @Test("Without a database every request is answered soon, and with one again it is read")
    func away() async throws {
        try await TestDatabase.with(.outbox) { database in
            let seen = RecordedObservations()
            let dsn = database.waypostDSN
            let replayer = try OutboxReplayer(
                configuration: ReplayConfiguration(dsn: dsn.replacing("user=", with: "user=not_")),
                observe: seen.observe
            )
            replayer.start()
            let answers = Answers()
            for _ in 0..<20 { replayer.ask(try request(), answer: answers.add) }
            #expect(await eventually { answers.all.count == 20 })
            replayer.stop()
            #expect(answers.all == Array(repeating: "away", count: 20))
            #expect(seen.replays == answers.all)
        }
    }

    @Test("A connection that was cut while it slept, or at work, is replaced at once")
    func cut() async throws {
        try await TestDatabase.with(.outbox) { database in
            let replayer = try OutboxReplayer(
                configuration: ReplayConfiguration(dsn: database.waypostDSN),
                observe: { _ in }
            )
            replayer.start()
            defer { replayer.stop() }
            let answers = Answers()
            for round in 1...3 {
                try send(database, "\(round)")
                replayer.ask(try request(), answer: answers.add)
                #expect(await eventually { answers.all.count == round })
                try database.connect().execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'waypost replay' AND datname = current_database()
                    """
                )
            }
            #expect(answers.all == ["1", "1 2", "1 2 3"])
        }
    }

    @Test(
        "A slow database answers those who wait with an error; too many and too late ones at once"
    )
    func slow() async throws {
        try await TestDatabase.with(.outbox) { database in
            let seen = RecordedObservations()
            var configuration = ReplayConfiguration(dsn: database.waypostDSN, requestCountMax: 2)
            configuration.statementTimeout = .milliseconds(300)
            let replayer = try OutboxReplayer(configuration: configuration, observe: seen.observe)
            replayer.start()
            let answers = Answers()
            try send(database, "one")
            replayer.ask(try request(), answer: answers.add)
            #expect(await eventually { answers.all == ["one"] })
            let blocker = try database.connect()
            try blocker.execute("BEGIN; LOCK TABLE realtime.messages IN ACCESS EXCLUSIVE MODE")
            replayer.ask(try request(), answer: answers.add)
            let isBlocked = try await eventually {
                try blocker.query(
                    """
                    SELECT FROM pg_stat_activity WHERE datname = current_database()
                        AND application_name = 'waypost replay' AND wait_event_type = 'Lock'
                    """
                ).count == 1
            }
            #expect(isBlocked)
            replayer.ask(try request(within: .milliseconds(1)), answer: answers.add)
            replayer.ask(try request(), answer: answers.add)
            replayer.ask(try request(), answer: answers.add)
            #expect(answers.all.last == "full")
            #expect(await eventually { answers.all.count == 5 })
            #expect(answers.all == ["one", "full", "refused", "late", "refused"])
            try blocker.execute("ROLLBACK")
            replayer.ask(try request(), answer: answers.add)
            #expect(await eventually { answers.all.last == "one" })
            replayer.stop()
            replayer.ask(try request(), answer: answers.add)
            #expect(answers.all.last == "stopped")
            #expect(seen.replays == ["1", "full", "refused", "late", "refused", "1", "stopped"])
        }
    }

    @Test("Whoever still waits at the end is answered")
    func stopped() async throws {
        let replayer = try OutboxReplayer(
            configuration: ReplayConfiguration(dsn: "host=/nowhere"),
            observe: { _ in }
        )
        let answers = Answers()
        for _ in 0..<3 { replayer.ask(try request(), answer: answers.add) }
        #expect(answers.all.isEmpty)
        replayer.start()
        replayer.stop()
        #expect(answers.all.count == 3)
    }
}
