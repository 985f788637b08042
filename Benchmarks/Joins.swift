import ArgumentParser
import Authorization
import Locking
import Postgres
import Topics

/// `Benchmarks joins`.
struct Joins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verdicts per second: compiled policies beside probe INSERTs, in turn.",
        discussion: """
            Both sides answer the same questions over the demonstration's policies, all different: \
            may Ana read and write broadcasts and presence on this trip? `compiled` is the \
            gateway's authorizer. `probe` is what Supabase does: for each question, in one \
            transaction that is rolled back, it writes a row for each extension as the caller and \
            looks for them; its statements go in one round trip.

            Example:
              .build/release/Benchmarks joins --questions 20000
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Questions in a turn of the authorizer.")
    var questions = 20_000

    @Option(name: .long, help: "Questions in a turn of the probe.")
    var probes = 4_000

    @Option(name: .long, help: "Connections of each side.")
    var connections = 2

    @Option(name: .long, help: "Turns of each side.")
    var rounds = 5

    func run() async throws {
        try await surroundings.begin(
            "joins",
            "\(questions) questions, \(connections) connections, \(rounds) turns"
        )
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try database.addTrips(5_000, itemCount: 0)
            try await measure(database)
        }
    }

    private func measure(_ database: BenchmarkDatabase) async throws {
        var configuration = AuthorizationConfiguration(dsn: database.dsn(user: "waypost"))
        configuration.connectionCount = connections
        configuration.questionCountMax = questions
        configuration.deadline = .seconds(60)
        let authorizer = try Authorizer(configuration: configuration, observe: { _ in })
        authorizer.start()
        defer { authorizer.stop() }
        let asked = try Self.questions(max(questions, probes))
        var (compiled, probed) = (Samples(), Samples())
        for round in 0...rounds {
            let rate = try await ask(authorizer, Array(asked.prefix(questions)))
            let probeRate = try await probe(database, Array(asked.prefix(probes)))
            guard round > 0 else { continue }
            compiled.add(rate)
            probed.add(probeRate)
        }
        Report.say("\nVerdicts per second, \(connections) connections each:")
        Report.row("compiled (goal 20,000)", [Report.number(compiled.median, digits: 0)])
        Report.say("  \(compiled.summary(digits: 0))")
        Report.row("probe", [Report.number(probed.median, digits: 0)])
        Report.say("  \(probed.summary(digits: 0))")
        Report.row("ratio (goal 5)", [Report.number(compiled.median / probed.median)])
    }

    private static func questions(_ count: Int) throws -> [Question] {
        try (0..<count).map { number in
            // The number in the claims makes each one a caller of its own.
            let claims = """
                {"sub":"\(BenchmarkDatabase.ana)","role":"authenticated","number":\(number)}
                """
            let caller = Caller(role: "authenticated", claims: claims, headers: "{}")
            return Question(caller: caller, topic: try TopicName("trip:\(1_001 + number % 5_000)"))
        }
    }

    struct Wrong: Error { let count: Int }

    private func ask(_ authorizer: Authorizer, _ asked: [Question]) async throws -> Double {
        let state = Locked((answered: 0, wrong: 0))
        let start = ContinuousClock.now
        for question in asked {
            authorizer.ask(question) { answer in
                let isRight = answer == .verdict(.all, failedRules: [])
                state.withLock { state in
                    state.answered += 1
                    if !isRight { state.wrong += 1 }
                }
            }
        }
        while state.withLock({ $0.answered }) < asked.count {
            try await Task.sleep(for: .milliseconds(1))
        }
        let duration = ContinuousClock.now - start
        let wrong = state.withLock { $0.wrong }
        if wrong > 0 { throw Wrong(count: wrong) }
        return Double(asked.count) / duration.inSeconds
    }

    private func probe(_ database: BenchmarkDatabase, _ asked: [Question]) async throws -> Double {
        let share = (asked.count + connections - 1) / connections
        let probers = try (0..<connections).map { number in
            let own = Array(asked.dropFirst(number * share).prefix(share))
            return try Prober(database, own)
        }
        let start = ContinuousClock.now
        let threads = probers.map { prober in WorkThread(name: "prober") { prober.run() } }
        for thread in threads { thread.join() }
        let duration = ContinuousClock.now - start
        let wrong = probers.map(\.wrongCount).reduce(0, +)
        if wrong > 0 { throw Wrong(count: wrong) }
        return Double(asked.count) / duration.inSeconds
    }
}
