import LoadChecks
import LoadResults
import Testing

@testable import LoadGenerator

@Suite struct SessionLoopTests {
    /// Two topics with a sender and three receivers each; every path of the server is one topic.
    private static let plain = """
        summary: Plain publish and subscribe.
        timing: { connect_rate: 1000/s, warmup: 0s, duration: 2s, drain: 2s }
        populations:
          receivers:
            count: 6
            group_size: 3
            topics:
              all: { topic: "all{group}" }
          senders:
            count: 2
            group_size: 1
            topics:
              all: { topic: "all{group}", self: true }
            actions:
              - { broadcast: tick, bytes: 128, every: 40ms }
        """

    private func run(
        _ fault: CrookedServer.Fault,
        generatorCount: Int = 1,
        _ change: (inout Rehearsal) -> Void = { _ in }
    ) async throws -> Rehearsal.Outcome {
        let server = try CrookedServer(fault)
        var rehearsal = Rehearsal(Self.plain, url: server.url)
        rehearsal.assignment.dialect = .plain
        change(&rehearsal)
        let outcome = try await rehearsal.run(generatorCount: generatorCount)
        withExtendedLifetime(server) {}
        return outcome
    }

    @Test(
        "What a server does wrong is found, and said in words",
        arguments: [
            (CrookedServer.Fault.drops, [BreachKind.gap]), (.stops, [.missing]),
            (.doubles, [.duplicate]), (.swaps, [.disorder]), (.mangles, [.corrupted, .gap]),
        ]
    )
    func faults(fault: CrookedServer.Fault, kinds: [BreachKind]) async throws {
        let outcome = try await run(fault)
        #expect(outcome.failures.isEmpty)
        #expect(Set(outcome.breaches.keys) == Set(kinds), "\(outcome.examples)")
        // Four receivers of each topic find each of several.
        #expect(kinds.allSatisfy { outcome.breaches[$0, default: 0] >= 8 })
        #expect((1...20).contains(outcome.examples.count))
        for example in outcome.examples {
            #expect(kinds.contains { example.hasPrefix($0.rawValue) }, "\(example)")
        }
    }

    @Test("A message for another topic is the wrong audience's")
    func misrouted() async throws {
        let outcome = try await run(.misroutes)
        #expect(Set(outcome.breaches.keys) == [.wrongAudience], "\(outcome.examples)")
        #expect(outcome.breaches[.wrongAudience, default: 0] >= 8)
    }

    @Test("A server that does all right breaks nothing", arguments: [1, 3])
    func right(generatorCount: Int) async throws {
        let outcome = try await run(.nothing, generatorCount: generatorCount)
        #expect(outcome.breaches.isEmpty && outcome.errors.isEmpty, "\(outcome.examples)")
        #expect(outcome.joinedCount == 8)
        let sentCount = outcome.sum(\.sentCount)
        #expect(sentCount == outcome.sent.reduce(0) { $0 + Int($1.number) })
        // 25 a second of two senders, for two seconds, but for the random beginning.
        #expect((98...100).contains(sentCount))
        #expect(outcome.sum(\.receivedCount) == sentCount * 4)
        #expect(outcome.count(.broadcast) == sentCount * 4)
        #expect(outcome.count(.connect) == 8)
        let last = outcome.ticks.filter { $0.second == 1 }
        #expect(last.count == generatorCount && last.allSatisfy(\.isMeasured))
        #expect(last.reduce(0) { $0 + $1.connectionCount } == 8)
    }

    @Test("A lost connection is an error, and what was lost with it is no breach")
    func lost() async throws {
        let outcome = try await run(.closes) { $0.duration = .seconds(4) }
        #expect(outcome.breaches.isEmpty, "\(outcome.examples)")
        #expect(outcome.errors == ["close 1013": 1])
        #expect(outcome.count(.reconnect) == 1)
        #expect(outcome.sent.contains { !$0.uncertain.isEmpty })
        #expect(outcome.ticks.last?.connectionCount == 8)
    }

    @Test("With messages in flight the next one leaves when one came back")
    func inFlight() async throws {
        let outcome = try await run(.nothing) { rehearsal in
            rehearsal.assignment.scenario.replace("every: 40ms", with: "in_flight: 3")
        }
        #expect(outcome.breaches.isEmpty && outcome.errors.isEmpty, "\(outcome.examples)")
        #expect(outcome.sum(\.sentCount) > 1_000)
        #expect(outcome.sum(\.receivedCount) == outcome.sum(\.sentCount) * 4)
    }

    @Test("Sessions connect from all addresses that they may use")
    func sources() async throws {
        let server = try CrookedServer(.nothing)
        var rehearsal = Rehearsal(Self.plain, url: server.url)
        rehearsal.assignment.dialect = .plain
        rehearsal.assignment.sourceAddresses = ["127.0.0.2", "127.0.0.3"]
        rehearsal.duration = .milliseconds(200)
        let outcome = try await rehearsal.run()
        #expect(outcome.joinedCount == 8 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(server.addresses == ["127.0.0.2", "127.0.0.3"])
    }

    @Test("A run that is ended early tells what it has measured")
    func endedEarly() async throws {
        let outcome = try await run(.drops) { rehearsal in
            rehearsal.endsEarly = true
        }
        #expect(outcome.sent.isEmpty)
        #expect(outcome.breaches[.gap, default: 0] > 0)
        #expect(outcome.sum(\.receivedCount) > 0)
    }

    @Test("Nobody listens there: it says so, and what to look for")
    func unreachable() async throws {
        var rehearsal = Rehearsal(Self.plain, url: "ws://127.0.0.1:1")
        rehearsal.assignment.dialect = .plain
        let outcome = try await rehearsal.run()
        let message = try #require(outcome.failures.first)
        #expect(message.contains("ws://127.0.0.1:1 cannot be reached"), "\(message)")
        #expect(message.contains("Is the server running?"))
    }

    @Test("A refused token is told apart from other refusals")
    func refusedToken() async throws {
        let outcome = try await run(.refuses)
        let message = try #require(outcome.failures.first)
        #expect(message.contains("refuses the token (401)"), "\(message)")
    }

    @Test("What cannot be carried out is refused at once")
    func unusable() async throws {
        var rehearsal = Rehearsal(Self.plain, url: "http://127.0.0.1:1")
        rehearsal.assignment.tokenSecret = "short"
        let short = try await rehearsal.run()
        #expect(short.failures.first?.contains("32 bytes") == true)
        let scenario = try await Rehearsal("summary: x\nnothing: 1", url: "http://h").run()
        #expect(scenario.failures.first?.contains("nothing") == true)
        let url = try await Rehearsal(Self.plain, url: "ftp://127.0.0.1").run()
        #expect(url.failures.first?.contains("ftp://127.0.0.1 cannot be used") == true)
    }
}
