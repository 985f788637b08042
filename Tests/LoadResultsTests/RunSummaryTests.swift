import LoadChecks
import Testing

@testable import LoadResults

@Suite struct RunSummaryTests {
    @Test("What a server says cannot steer a terminal")
    func control() throws {
        var tick = Samples.tick(broadcasts: [1_000])
        tick.errors = ["\u{1b}[2Jgone\r\n": 3]
        var merge = Samples.merge([tick])
        merge.add(examples: ["after 1 came \u{9b}3"])
        let run = RunResult(
            Samples.description,
            merged: merge,
            resources: [:],
            isComplete: true,
            objectives: []
        )
        let text = RunSummary.text(run)
        #expect(!text.contains("\u{1b}") && !text.contains("\r") && !text.contains("\u{9b}"))
        #expect(text.contains("\u{fffd}[2Jgone\u{fffd}\u{fffd}  3"))
        #expect(text.contains("after 1 came \u{fffd}3"))
    }

    @Test("The verdict comes first, with its reasons")
    func verdictFirst() throws {
        var tick = Samples.tick(broadcasts: [1_000])
        tick.breaches = [.gap: 2]
        let text = RunSummary.text(try Samples.result([tick], limits: "p99=1us"))
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "BREACHED: The server broke its promises: 2 breaches.")
        #expect(lines[1] == "  - Messages left out: 2.")
        #expect(lines[2] == "  - p99=1us: measured 1.00 ms.")
        #expect(text.contains("p99=1us  1.00 ms   NOT HELD"))
    }

    @Test("Latencies, limits and generators are lines of a table")
    func tables() throws {
        var tick = Samples.tick(broadcasts: [1_000, 2_000, 40_000])
        tick.lag.record(50)
        let lines = RunSummary.text(try Samples.result([tick], limits: "errors=0"))
            .split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.first == "HELD: Every limit held.")
        #expect(lines.contains("Broadcast 3 2.00 ms 40.0 ms 40.0 ms 40.0 ms 40.0 ms"))
        #expect(lines.contains("errors=0 0 held"))
        #expect(lines.contains("Generator 0 25 % 25 % 50 µs"))
        #expect(lines.contains("Received 3.0/s 3 in all"))
    }
}
