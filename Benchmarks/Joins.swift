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
            Both sides answer the same questions over the demonstration's rules, all different: \
            may this person read and write broadcasts and presence on a trip of his, on his own \
            topic, in a session of his? `compiled` is the gateway's authorizer, which remembers \
            nothing here. `probe` is what Supabase does: for each question, in one transaction \
            that is rolled back, it writes a row for each extension as the caller and looks for \
            them; its statements go in one round trip. `alone` is one question after the other, \
            each waiting for the answer to the one before.

            Example:
              .build/release/Benchmarks joins --questions 20000 --about trip
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Questions in a turn of the authorizer.")
    var questions = 20_000

    @Option(name: .long, help: "Questions in a turn of the probe.")
    var probes = 4_000

    @Option(name: .long, help: "Connections of the authorizer.")
    var connections = 2

    @Option(name: .long, help: "Connections of the probe.")
    var probeConnections = 10

    @Option(name: .long, help: "What is asked about: \(AskedTopics.names).")
    var about = AskedTopics.mixed

    @Option(name: .long, help: "Turns of each side.")
    var rounds = 5

    func run() async throws {
        try await surroundings.begin(
            "joins",
            "\(questions) questions about \(about.rawValue) topics, \(connections) connections, "
                + "\(rounds) turns"
        )
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try database.addTravellers()
            try await measure(database)
        }
    }

    private func measure(_ database: BenchmarkDatabase) async throws {
        var configuration = AuthorizationConfiguration(dsn: database.dsn(user: "waypost"))
        configuration.connectionCount = connections
        configuration.questionCountMax = questions
        configuration.deadline = .seconds(60)
        configuration.verdictLifetime = .zero
        let authorizer = try Authorizer(configuration: configuration, observe: { _ in })
        authorizer.start()
        defer { authorizer.stop() }
        let asked = try about.questions(max(questions, probes))
        var (compiled, probed, alone) = (Samples(), Samples(), Samples())
        for round in 0...rounds {
            let rate = try await ask(authorizer, Array(asked.prefix(questions)))
            let probeRate = try await probe(database, Array(asked.prefix(probes)))
            let times = try await askAlone(authorizer, Array(asked.prefix(Self.aloneCount)))
            guard round > 0 else { continue }
            compiled.add(rate)
            probed.add(probeRate)
            alone.add(times.median)
        }
        Report.say("\nVerdicts per second:")
        Report.row("compiled (goal 20,000)", [Report.number(compiled.median, digits: 0)])
        Report.say("  \(compiled.summary(digits: 0))")
        Report.row("probe", [Report.number(probed.median, digits: 0)])
        Report.say("  \(probed.summary(digits: 0))")
        Report.row("ratio (goal 5)", [Report.number(compiled.median / probed.median)])
        Report.row("alone, ms", [Report.number(alone.median, digits: 3)])
        Report.say("  \(alone.summary(digits: 3))")
    }

    private static let aloneCount = 500

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

    /// Milliseconds that one question takes when no other waits.
    private func askAlone(_ authorizer: Authorizer, _ asked: [Question]) async throws -> Samples {
        var times = Samples()
        for question in asked {
            let start = ContinuousClock.now
            let answer = await withCheckedContinuation { continuation in
                authorizer.ask(question) { continuation.resume(returning: $0) }
            }
            times.add((ContinuousClock.now - start).milliseconds)
            guard answer == .verdict(.all, failedRules: []) else { throw Wrong(count: 1) }
        }
        return times
    }

    private func probe(_ database: BenchmarkDatabase, _ asked: [Question]) async throws -> Double {
        let share = (asked.count + probeConnections - 1) / probeConnections
        let probers = try (0..<probeConnections).map { number in
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
