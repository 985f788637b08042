import LoadChecks
import Testing

@testable import LoadResults

@Suite struct ComparisonTests {
    private static func run(_ broadcasts: [UInt64] = [1_000, 1_000]) throws -> RunResult {
        try Samples.result(
            [Samples.tick(broadcasts: broadcasts)],
            resources: ["server": [.init(second: 0, cores: 0.5, residentByteCount: 64 << 20)]]
        )
    }

    private static func compare(_ first: RunResult, _ second: RunResult) -> Comparison {
        Comparison(first, second, names: ("a.json", "b.json"))
    }

    @Test("Runs that differ in what was asked are not comparable, and each difference is named")
    func obstacles() throws {
        let first = try Self.run()
        let changes: [(hint: String, change: (inout RunResult) -> Void)] = [
            ("scenarios differ: echo and idle", { $0.scenario = "idle" }),
            ("Parameter members differs: 100 and 200", { $0.parameters["members"] = "200" }),
            ("Parameter rate differs: not there and 5", { $0.parameters["rate"] = "5" }),
            ("measured for 3 s and 60 s", { $0.measuredSeconds = 60 }),
            ("machines differ", { $0.machine.coreCount = 64 }),
            ("b.json was stopped", { $0.isComplete = false }),
            ("b.json is invalid. Generator 0 used", { $0.generators[0].coreShare = 0.9 }),
            ("b.json has 5 breaches", { $0.breaches = [.gap: 5] }),
        ]
        for (hint, change) in changes {
            var second = first
            change(&second)
            let comparison = Self.compare(first, second)
            #expect(comparison.obstacles.count == 1)
            #expect(comparison.obstacles.first?.contains(hint) == true, "\(comparison.obstacles)")
            #expect(comparison.text.hasPrefix("NOT COMPARABLE"))
            #expect(!comparison.text.contains("  same") && !comparison.text.contains("  worse"))
        }
    }

    @Test("Another target is what is compared, not an obstacle")
    func targets() throws {
        let first = try Self.run()
        var second = first
        second.target = "http://other:4000"
        second.version = "2"
        let comparison = Self.compare(first, second)
        #expect(comparison.obstacles.isEmpty)
        #expect(comparison.differences.count == 2)
    }

    @Test("Ratios are the second's share of the first, and say which way is good")
    func ratios() throws {
        let comparison = Self.compare(
            try Self.run([1_000, 1_000]),
            try Self.run([2_000, 2_000, 2_000, 2_000])
        )
        let rows = Dictionary(uniqueKeysWithValues: comparison.rows.map { ($0.name, $0) })
        #expect(rows["Broadcast p99"]?.ratio == 2)
        #expect(rows["Broadcast p99"]?.first == "1.00 ms")
        #expect(rows["Received"]?.ratio == 2)
        #expect(rows["Gateway, cores"]?.ratio == 1)
        #expect(rows["Gateway, per message received"]?.ratio == 0.5)
        #expect(rows["Change p99"] == nil)
        let words = comparison.text.split(separator: "\n").compactMap { line -> (String, String)? in
            let words = line.split(separator: " ").map(String.init)
            return words.last.flatMap { last in
                ["better", "worse", "same"].contains(last)
                    ? (words.prefix(2).joined(separator: " "), last) : nil
            }
        }
        let meanings = Dictionary(words, uniquingKeysWith: { first, _ in first })
        #expect(meanings["Broadcast p99"] == "worse")
        #expect(meanings["Received 2.0/s"] == "better")
        #expect(meanings["Gateway, cores"] == "same")
        #expect(meanings["Gateway, per"] == "better")
    }

    @Test("From no errors to some is worse, whatever the ratio")
    func fromNothing() throws {
        let first = try Self.run()
        var second = first
        second.errors = ["close 1006": 4]
        let comparison = Self.compare(first, second)
        #expect(comparison.rows.last?.ratio == nil)
        #expect(comparison.text.contains("–  worse"))
    }

    @Test("A run compared with itself is the same throughout")
    func itself() throws {
        let run = try Self.run()
        let comparison = Self.compare(run, run)
        #expect(comparison.obstacles.isEmpty && comparison.differences.isEmpty)
        #expect(comparison.rows.count >= 7)
        for row in comparison.rows { #expect(row.ratio == 1, "\(row.name)") }
    }
}
