import LoadChecks
import Testing

@testable import LoadResults

@Suite struct RunMergeTests {
    @Test("Nothing reported is nothing measured")
    func nothing() {
        let merge = RunMerge()
        #expect(merge.current == nil)
        #expect(merge.seconds.isEmpty)
        #expect(merge.generators.isEmpty)
    }

    @Test("What several generators did in a second adds up, whatever the order")
    func addsUp() throws {
        let ticks = (0..<3).flatMap { generator in
            (0..<4).map { second in
                Samples.tick(generator: generator, second: second, broadcasts: [100, 200])
            }
        }
        let forwards = Samples.merge(ticks)
        let backwards = Samples.merge(ticks.reversed())
        #expect(forwards.seconds.map(\.second) == [0, 1, 2, 3])
        for (one, other) in zip(forwards.seconds, backwards.seconds) {
            #expect(one.connectionCount == 30 && other.connectionCount == 30)
            #expect(one.joinedCount == 60)
            #expect(one.sentCount == 15)
            #expect(one.receivedCount == 6 && other.receivedCount == 6)
            #expect(one.receivedByteCount == 600)
            #expect(one.latencies == other.latencies)
        }
        #expect(forwards.latencies[.broadcast]?.count == 24)
    }

    @Test("A generator that missed a second did not lose its connections in it")
    func missedSecond() throws {
        let merge = Samples.merge([
            Samples.tick(generator: 0, second: 0), Samples.tick(generator: 1, second: 0),
            Samples.tick(generator: 0, second: 1),
            Samples.tick(generator: 0, second: 2), Samples.tick(generator: 1, second: 2),
        ])
        #expect(merge.seconds.map(\.connectionCount) == [20, 20, 20])
        #expect(merge.seconds.map(\.sentCount) == [10, 5, 10])
    }

    @Test("What is open is what each generator said last, whatever came before")
    func newestGauges() throws {
        let said = [(0, 0, 1), (0, 1, 2), (1, 0, 10), (0, 2, 3), (0, 3, 4), (1, 3, 20)]
        var merge = RunMerge()
        for (generator, second, connectionCount) in said {
            var tick = Samples.tick(generator: generator, second: second)
            tick.connectionCount = connectionCount
            tick.joinedCount = 2 * connectionCount
            merge.add(tick)
        }
        #expect(merge.seconds.map(\.connectionCount) == [11, 12, 13, 24])
        #expect(merge.seconds.map(\.joinedCount) == [22, 24, 26, 48])
        #expect(merge.current?.connectionCount == 24)
        var late = Samples.tick(generator: 2, second: 2)
        late.connectionCount = 100
        merge.add(late)
        #expect(merge.current?.second == 2)
        #expect(merge.current?.connectionCount == 113)
    }

    @Test("The live second is the newest that all have reported")
    func current() throws {
        var merge = Samples.merge([
            Samples.tick(generator: 0, second: -2, isMeasured: false),
            Samples.tick(generator: 1, second: -2, isMeasured: false),
            Samples.tick(generator: 0, second: -1, broadcasts: [50]),
        ])
        #expect(merge.current?.second == -2)
        merge.add(Samples.tick(generator: 1, second: -1, broadcasts: [70]))
        let current = try #require(merge.current)
        #expect(current.second == -1)
        #expect(current.connectionCount == 20)
        #expect(current.latencies[.broadcast]?.last == 70)
    }

    @Test("What comes late counts, but not in the percentiles of its second")
    func late() throws {
        var merge = Samples.merge([Samples.tick(second: 0, broadcasts: [100])])
        merge.add(Samples.tick(second: RunMerge.openSecondCount, broadcasts: [100]))
        merge.add(Samples.tick(generator: 1, second: 0, broadcasts: [9_000]))
        let first = try #require(merge.seconds.first)
        #expect(first.receivedCount == 2)
        #expect(first.latencies[.broadcast] == [100, 100, 100, 100])
        #expect(merge.latencies[.broadcast]?.count == 3)
    }

    @Test("Errors and breaches count by kind, and in their second")
    func errorsAndBreaches() throws {
        var tick = Samples.tick(second: 3)
        tick.errors = ["close 1013": 2, "Unauthorized": 1]
        tick.breaches = [.gap: 4]
        let merge = Samples.merge([tick, tick])
        #expect(merge.errors == ["close 1013": 4, "Unauthorized": 2])
        #expect(merge.breaches == [.gap: 8])
        #expect(merge.seconds.map(\.errorCount) == [6])
        #expect(merge.seconds.map(\.breachCount) == [8])
    }

    @Test("A generator's share and lag are of the measurement alone, and writers stand last")
    func generators() throws {
        var busy = Samples.tick(generator: 1, second: 0, isMeasured: false)
        busy.coreShare = 1
        busy.lag.record(50_000)
        var one = Samples.tick(generator: 1, second: 1)
        one.coreShare = 0.2
        one.lag.record(100, count: 99)
        var other = Samples.tick(generator: 1, second: 2)
        other.coreShare = 0.4
        other.lag.record(300)
        let merge = Samples.merge([
            busy, one, other, Samples.tick(generator: Tick.writersGenerator, second: 1),
        ])
        #expect(merge.generators.map(\.generator) == [1, Tick.writersGenerator])
        let figures = try #require(merge.generators.first)
        #expect(abs(figures.coreShare - 0.3) < 1e-9)
        #expect(figures.coreShareMax == 0.4)
        #expect(figures.lagMicroseconds == 100)
    }

    @Test("Merged histograms are the histogram of everything", arguments: UInt64(1)...20)
    func mergesLikeOne(seed: UInt64) {
        var state = seed
        var whole = LatencyHistogram()
        var ticks: [Tick] = []
        for index in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let latency = (state >> 33) % 10_000_000
            whole.record(latency)
            ticks.append(
                Samples.tick(generator: index % 3, second: index % 11, broadcasts: [latency])
            )
        }
        let merged = Samples.merge(ticks).latencies[.broadcast]
        #expect(merged?.count == whole.count)
        #expect(merged?.max == whole.max)
        for percent in [1, 50, 90, 99, 99.9, 100] {
            #expect(merged?.percentile(percent) == whole.percentile(percent))
        }
    }
}
