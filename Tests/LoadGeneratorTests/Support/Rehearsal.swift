import Foundation
import LoadChecks
import LoadResults
import Locking
import Testing
import WebSocketClient

@testable import LoadGenerator

/// A run of generators in this process, led as the command leads processes.
struct Rehearsal {
    /// What came of it.
    struct Outcome {
        var ticks: [Tick] = []
        var sent: [SentCount] = []
        var examples: [String] = []
        var joinedCount = 0
        var failures: [String] = []

        func sum(_ count: (Tick) -> Int) -> Int { ticks.reduce(0) { $0 + count($1) } }

        var errors: [String: Int] {
            ticks.reduce(into: [:]) { $0.merge($1.errors, uniquingKeysWith: +) }
        }

        var breaches: [BreachKind: Int] {
            ticks.reduce(into: [:]) { $0.merge($1.breaches, uniquingKeysWith: +) }
        }

        func count(_ measure: Measure) -> Int {
            sum { Int($0.latencies[measure]?.count ?? 0) }
        }
    }

    var assignment: Assignment
    var duration = Duration.seconds(2)
    /// Called once traffic has begun.
    var meanwhile: @Sendable () -> Void = {}
    /// Whether it is ended in the middle of the traffic.
    var endsEarly = false

    init(_ scenario: String, url: String, settings: [String: String] = [:]) {
        assignment = Assignment(scenario: scenario, scenarioName: "test", url: url)
        assignment.settings = settings
    }

    /// Runs it, with so many generators, and with the scenario's writers or without them.
    func run(generatorCount: Int = 1, hasWriters: Bool = false) async throws -> Outcome {
        var generators = (0..<generatorCount).map { number in
            var own = assignment
            own.generator = number
            own.generatorCount = generatorCount
            return Led(own)
        }
        if hasWriters {
            var own = assignment
            own.generator = Tick.writersGenerator
            generators.append(Led(own))
        }
        defer { for generator in generators { generator.leave() } }
        var outcome = Outcome()
        try await lead(generators, &outcome)
        return outcome
    }

    private func lead(_ generators: [Led], _ outcome: inout Outcome) async throws {
        try await collect(generators, &outcome, until: \.isReady)
        guard outcome.failures.isEmpty else { return }
        let begin = MonotonicTime.nanoseconds + 100_000_000
        let until = begin + UInt64(duration / .nanoseconds(1))
        for generator in generators {
            generator.order(.begin(at: begin, measureFrom: begin, measureUntil: until))
        }
        meanwhile()
        if endsEarly {
            try await Task.sleep(for: .milliseconds(600))
        } else {
            try await collect(generators, &outcome, until: \.hasSent)
            for generator in generators { generator.order(.compare(sent: outcome.sent)) }
            try await collect(generators, &outcome, until: \.isDone)
        }
        for generator in generators { generator.order(.end) }
        try await collect(generators, &outcome, until: \.hasEnded)
    }

    /// Takes reports until all generators are as far, or one has failed.
    private func collect(
        _ generators: [Led],
        _ outcome: inout Outcome,
        until isFar: (Led.State) -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            var states: [Led.State] = []
            for generator in generators {
                let (reports, state) = generator.take()
                for report in reports { outcome.add(report) }
                states.append(state)
            }
            if states.allSatisfy(isFar) || !outcome.failures.isEmpty { return }
            try #require(ContinuousClock.now < deadline, "generators are late: \(states)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension Rehearsal.Outcome {
    fileprivate mutating func add(_ report: GeneratorReport) {
        switch report {
        case .ready(let joinedCount): self.joinedCount += joinedCount
        case .tick(let tick): ticks.append(tick)
        case .sent(let counts): sent += counts
        case .done(let examples): self.examples += examples
        case .failed(let message): failures.append(message)
        }
    }
}

/// A generator on a thread of its own, behind pipes.
final class Led: Sendable {
    /// How far it is.
    struct State {
        var isReady = false
        var hasSent = false
        var isDone = false
        var hasEnded = false
    }

    private let input = Pipe()
    private let output = Pipe()
    private let received = Locked((reports: [GeneratorReport](), state: State()))

    init(_ assignment: Assignment) {
        write(assignment)
        let (input, output) = (input.fileHandleForReading, output.fileHandleForWriting)
        _ = WorkThread(name: "generator") {
            _ = GeneratorProcess.run(input: input, output: output)
            try? output.close()
        }
        _ = WorkThread(name: "reports") { [self] in
            var lines = LineReader(self.output.fileHandleForReading)
            while let line = lines.next() {
                guard let report = try? JSONDecoder().decode(GeneratorReport.self, from: line)
                else {
                    received.withLock { $0.reports.append(.failed("an unreadable report")) }
                    continue
                }
                received.withLock { received in
                    received.reports.append(report)
                    switch report {
                    case .ready: received.state.isReady = true
                    case .sent: received.state.hasSent = true
                    case .done: received.state.isDone = true
                    case .tick, .failed: break
                    }
                }
            }
            received.withLock { $0.state.hasEnded = true }
        }
    }

    /// Everything that was reported since the last time.
    func take() -> ([GeneratorReport], State) {
        received.withLock { received in
            let reports = received.reports
            received.reports = []
            return (reports, received.state)
        }
    }

    /// Gives an order.
    func order(_ order: Order) { write(order) }

    /// Gives no more orders.
    func leave() { try? input.fileHandleForWriting.close() }

    private func write(_ value: some Encodable) {
        guard var line = try? JSONEncoder().encode(value) else { return }
        line.append(UInt8(ascii: "\n"))
        try? input.fileHandleForWriting.write(contentsOf: line)
    }
}
