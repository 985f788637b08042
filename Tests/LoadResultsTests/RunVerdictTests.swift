import LoadChecks
import Testing

@testable import LoadResults

@Suite struct RunVerdictTests {
    private let good = Samples.tick(broadcasts: [1_000, 2_000, 40_000])

    @Test("One breach fails a run whose limits hold", arguments: BreachKind.allCases)
    func breach(kind: BreachKind) throws {
        var tick = good
        tick.breaches = [kind: 1]
        let verdict = try Samples.result([tick], limits: "p99=50ms,errors=0").verdict
        #expect(verdict.outcome == .breached)
        #expect(verdict.exitCode == 1)
        #expect(verdict.reasons.contains { $0.hasPrefix(kind.title) })
    }

    @Test("A breach fails a run that was stopped, too")
    func stoppedWithBreach() throws {
        var tick = good
        tick.breaches = [.gap: 1]
        #expect(try Samples.result([tick], isComplete: false).verdict.exitCode == 1)
    }

    @Test("A run that was stopped is neither held nor failed")
    func stopped() throws {
        let verdict = try Samples.result([good], isComplete: false, limits: "errors=0").verdict
        #expect(verdict.outcome == .interrupted)
        #expect(verdict.exitCode == 130)
    }

    @Test("A run without a connection does not hold, even without limits")
    func nobody() throws {
        var tick = Samples.tick()
        tick.connectionCount = 0
        tick.joinedCount = 0
        for ticks in [[], [tick]] {
            let verdict = try Samples.result(ticks).verdict
            #expect(verdict.outcome == .notHeld)
            #expect(verdict.exitCode == 1)
        }
    }

    @Test("A run in which all joins failed does not hold; one that joins nothing may")
    func nobodyJoined() throws {
        var tick = Samples.tick()
        tick.joinedCount = 0
        #expect(try Samples.result([tick]).verdict.outcome == .held)
        tick.errors = ["Unauthorized": 10]
        #expect(try Samples.result([tick]).verdict.outcome == .notHeld)
    }

    @Test("A generator above 85 percent of its core makes a run invalid")
    func busyGenerator() throws {
        var tick = good
        tick.coreShare = 0.86
        let verdict = try Samples.result([tick], limits: "p99=50ms").verdict
        #expect(verdict.outcome == .invalid)
        #expect(verdict.exitCode == 1)
        #expect(verdict.reasons.count == 1)
        tick.coreShare = 0.85
        #expect(try Samples.result([tick], limits: "p99=50ms").verdict.outcome == .held)
    }

    @Test("Timers later than a tenth of the measured p99 make a run invalid")
    func lateTimers() throws {
        var tick = Samples.tick(broadcasts: [1_000])
        tick.lag.record(101)
        let verdict = try Samples.result([tick]).verdict
        #expect(verdict.outcome == .invalid)
        #expect(verdict.exitCode == 0, "nothing about time was asked")
        var other = Samples.tick(broadcasts: [1_000])
        other.lag.record(100)
        #expect(try Samples.result([other]).verdict.outcome == .held)
    }

    @Test("Timers are held to the quickest messages, and to joins where there are no messages")
    func reference() throws {
        var tick = Samples.tick(broadcasts: [100_000])
        tick.lag.record(200)
        #expect(try Samples.result([tick]).verdict.outcome == .held)
        var quick = LatencyHistogram()
        quick.record(1_000)
        tick.latencies[.join] = quick
        #expect(try Samples.result([tick]).verdict.outcome == .held)
        tick.latencies[.change] = quick
        #expect(try Samples.result([tick]).verdict.outcome == .invalid)
        tick.latencies = [.join: quick]
        #expect(try Samples.result([tick]).verdict.outcome == .invalid)
        tick.latencies = [:]
        #expect(try Samples.result([tick]).verdict.outcome == .held)
    }

    @Test("An invalid run fails where a limit is about time, or does not hold")
    func invalidWithLimits() throws {
        var tick = good
        tick.coreShare = 1
        #expect(try Samples.result([tick], limits: "errors=0").verdict.exitCode == 0)
        #expect(try Samples.result([tick], limits: "errors=0,p99=1s").verdict.exitCode == 1)
        #expect(try Samples.result([tick], limits: "errors=0,joined>=1").verdict.exitCode == 1)
        tick.errors = ["close 1006": 1]
        #expect(try Samples.result([tick], limits: "errors=0").verdict.exitCode == 1)
    }

    @Test(
        "A limit that is passed fails the run, and its finding says what was measured",
        arguments: [
            ("p99=39ms", "40.0 ms"), ("max=39.9ms", "40.0 ms"), ("mean=1ms", "14.3 ms"),
            ("received>=4/s", "3.0/s"), ("joined>=21", "20"), ("connections>=11", "10"),
            ("server.cores=0.7", "0.75"), ("server.memory=30MiB", "32.0 MiB"),
            ("join.p99=1s", "nothing"), ("postgres.cores=1", "nothing"),
            ("change.p50=1s", "nothing"),
        ]
    )
    func passed(limit: String, measured: String) throws {
        let samples = [
            RunResult.ResourceSample(second: 0, cores: 0.75, residentByteCount: 32 << 20),
            RunResult.ResourceSample(second: 9, cores: 0.1, residentByteCount: 1 << 20),
        ]
        let result = try Samples.result(
            [good],
            resources: ["server": samples],
            limits: "errors=0,\(limit)"
        )
        #expect(result.verdict.outcome == .notHeld)
        #expect(result.verdict.exitCode == 1)
        #expect(result.verdict.findings.map(\.isHeld) == [true, false])
        #expect(result.verdict.findings.last?.measured == measured)
        #expect(result.verdict.reasons == ["\(limit): measured \(measured)."])
    }

    @Test("A percentile without a measure is the worse of broadcasts and changes")
    func worse() throws {
        var tick = good
        var slow = LatencyHistogram()
        slow.record(60_000)
        tick.latencies[.change] = slow
        #expect(try Samples.result([tick], limits: "p99=50ms").verdict.outcome == .notHeld)
        #expect(try Samples.result([tick], limits: "broadcast.p99=50ms").verdict.outcome == .held)
    }

    @Test("Limits at their edge hold")
    func held() throws {
        let verdict = try Samples.result(
            [good],
            limits: "max=40.1ms,errors=0,gaps=0,breaches=0,sent>=5,joined>=20"
        ).verdict
        #expect(verdict.outcome == .held)
        #expect(verdict.exitCode == 0)
        #expect(verdict.reasons.isEmpty)
        #expect(verdict.findings.count { $0.isHeld } == 6)
    }

    @Test("Judging anew replaces the verdict")
    func anew() throws {
        var result = try Samples.result([good], limits: "p99=1ms")
        #expect(result.verdict.outcome == .notHeld)
        result.judge(by: try Objective.read("p99=1s"))
        #expect(result.verdict.outcome == .held)
        #expect(result.verdict.findings.count == 1)
    }
}
