import LoadChecks
import Testing

@testable import LoadResults

@Suite struct ObjectiveTests {
    @Test(
        "What is no limit is refused, with what it should have been",
        arguments: [
            ("", "NAME=VALUE"), ("p99", "NAME=VALUE"), ("p99=", "NAME=VALUE"),
            ("=50ms", "NAME=VALUE"), ("p99==50ms", "NAME=VALUE"), ("p99<50ms", "NAME=VALUE"),
            ("p99=50", "with its unit"), ("p99=ms", "with its unit"), ("p99=-5ms", "with its unit"),
            ("p99=5.5.5ms", "with its unit"), ("p99=infms", "with its unit"),
            ("p99=0x10ms", "with its unit"), ("p99=5 parsecs", "with its unit"),
            ("p0=5ms", "nothing named"), ("p101=5ms", "nothing named"),
            ("pinf=5ms", "nothing named"),
            ("latency=5ms", "nothing named"), ("joins.p99=5ms", "nothing named"),
            ("join.p=5ms", "nothing named"), ("join.errors=0", "nothing named"),
            ("errors=0.5", "whole number"), ("gaps=many", "whole number"),
            ("received=50000", "received>=50000"), ("joined<=10", "joined>=10"),
            ("received>=fast", "a number"), ("server.cores=1s", "cores"),
            ("server.memory=500", "with its unit"), ("gateway.cores=1", "nothing named"),
            ("p99=50ms,,errors=0", "NAME=VALUE"),
        ]
    )
    func refused(text: String, hint: String) {
        let error = #expect(throws: Objective.Malformed.self) { try Objective.read(text) }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.contains(hint) == true, "\(error?.problems ?? [])")
        #expect(error?.description.contains("join.p99=1s") == true)
    }

    @Test("All that is wrong is told at once")
    func everything() {
        let error = #expect(throws: Objective.Malformed.self) {
            try Objective.read(["p99=50,errors=0,nothing=1", "gaps=0.1"])
        }
        #expect(error?.problems.count == 3)
    }

    @Test(
        "Limits have a quantity and a value in one unit",
        arguments: [
            ("p99=50ms", Objective.Quantity.latency(nil, .percentile(99)), 50_000.0),
            ("p99.9 <= 1.5s", .latency(nil, .percentile(99.9)), 1_500_000),
            ("P50=500us", .latency(nil, .percentile(50)), 500),
            ("max=1min", .latency(nil, .max), 60_000_000),
            ("join.p99=1s", .latency(.join, .percentile(99)), 1_000_000),
            ("broadcast_uncorrected.mean=2ms", .latency(.broadcastUncorrected, .mean), 2_000),
            ("p99=0", .latency(nil, .percentile(99)), 0),
            ("errors=0", .errors, 0),
            ("breaches=0", .breaches(nil), 0),
            ("gaps=0", .breaches(.gap), 0),
            ("wrong_audience=0", .breaches(.wrongAudience), 0),
            ("received>=20000/s", .rate(.received), 20_000),
            ("joined>=10000", .rate(.joined), 10_000),
            ("server.cores=0.9", .cores("server"), 0.9),
            ("postgres.memory=2GiB", .memory("postgres"), 2_147_483_648),
        ]
    )
    func read(text: String, quantity: Objective.Quantity, limit: Double) throws {
        let objective = try #require(try Objective.read(text).first)
        #expect(objective.quantity == quantity)
        #expect(objective.limit == limit)
        #expect(objective.isLeast == text.contains(">="))
    }

    @Test("Several limits keep their order, and none is none")
    func several() throws {
        #expect(try Objective.read("p99=50ms,errors=0").map(\.text) == ["p99=50ms", "errors=0"])
        #expect(try Objective.read(["p99=50ms", "gaps=0, errors=0"]).count == 3)
        #expect(try Objective.read([]).isEmpty)
    }
}
