import Testing

@testable import LoadResults

@Suite struct RunResultTests {
    @Test(
        "What is no run is refused by name",
        arguments: ["", "{", "[]", "{}", "{\"format\":\"1\"}"]
    )
    func noRun(text: String) {
        let error = #expect(throws: RunResult.Unreadable.self) {
            try RunResult(json: Array(text.utf8), name: "a.json")
        }
        #expect(error?.description.hasPrefix("a.json is not a run") == true)
    }

    @Test("Another form is refused with what to do")
    func otherForm() {
        let error = #expect(throws: RunResult.Unreadable.self) {
            try RunResult(json: Array("{\"format\":2}".utf8), name: "a.json")
        }
        #expect(error?.description.contains("form 2") == true)
    }

    @Test("A damaged file is refused with the place of the damage")
    func damaged() throws {
        let result = try Samples.result([Samples.tick(broadcasts: [5])])
        let text = String(decoding: try result.json(), as: UTF8.self)
        for (whole, damage, place) in [
            ("\"scenario\"", "\"scenery\"", "scenario"),
            ("[[5,1]]", "[[5]]", "latencies.broadcast"),
            ("\"coreCount\":2", "\"coreCount\":true", "machine.coreCount"),
        ] {
            let parts = text.split(separator: whole, maxSplits: 1, omittingEmptySubsequences: false)
            try #require(parts.count == 2)
            let error = #expect(throws: RunResult.Unreadable.self) {
                try RunResult(json: Array("\(parts[0])\(damage)\(parts[1])".utf8), name: "a.json")
            }
            #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
        }
    }

    @Test("A run comes back from its file as it was written")
    func roundTrip() throws {
        var tick = Samples.tick(second: 1, broadcasts: [100, 2_000, 2_000, 3_600_000_000])
        tick.errors = ["close 1013": 1]
        let result = try Samples.result(
            [tick],
            resources: [
                "server": [.init(second: 1, cores: 0.5, residentByteCount: 1_024)]
            ],
            limits: "p99=50ms"
        )
        let json = try result.json()
        let again = try RunResult(json: json, name: "a.json")
        #expect(try again.json() == json)
        #expect(again.latencies[.broadcast]?.count == 4)
        #expect(again.verdict == result.verdict)
        #expect(json.last == UInt8(ascii: "\n") && !json.dropLast().contains(UInt8(ascii: "\n")))
    }
}
