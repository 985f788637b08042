import LoadScenarios
import Testing

@Suite struct ScenarioReaderParametersTests {
    private func read(
        _ settings: [String: String],
        mostSessions: Int = 10_000
    ) throws(ScenarioFailure) -> Scenario {
        try Scenario.read(
            text: ScenarioReaderTests.whole,
            name: "whole",
            settings: settings,
            mostSessions: mostSessions
        )
    }

    private func problems(_ settings: [String: String]) -> [String] {
        do {
            _ = try read(settings)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        "A setting of another kind than its default is refused",
        arguments: [
            ("members", "many", "it must be a number, like its default 10"),
            ("members", "5s", "it must be a number, like its default 10"),
            ("members", "", "it must be a number, like its default 10"),
            ("members", "$edits", "it must be a number, like its default 10"),
            ("often", "20", "it must be a time with us, ms, s, m or h, like its default 20s"),
            ("connect_rate", "20", "it must be a rate with /s, /m or /h, like its default 50/s"),
            ("loud", "yes", "it must be true or false, like its default true"),
            (
                "duration", "0s",
                """
                duration is 0s; it must be a time such as 500ms or 5s, from \
                1.0 seconds to 86400.0 seconds
                """
            ),
            ("member", "5", "there is no parameter `member`; did you mean `members`?"),
            (
                "colour", "5",
                """
                there is no parameter `colour`; there are members, edits, \
                often, loud, connect_rate, warmup, duration, drain
                """
            ),
        ]
    )
    func refused(name: String, value: String, expected: String) {
        #expect(problems([name: value]) == ["error: the setting \(name)=\(value): \(expected)"])
    }

    @Test("A setting that fits its kind, and nothing that is reckoned from it, is told by line")
    func tooMany() {
        #expect(
            problems(["members": "1000000000"]).contains(
                "whole.yaml:14: error: count is `$members / 4`, here 250000000; "
                    + "it must be a whole number, 0 to 1000000"
            )
        )
    }

    @Test("One setting scales all that is reckoned from it, and others can still be set")
    func scaling() throws {
        let scenario = try read(["members": "400", "duration": "3s", "often": "1m"])
        #expect(scenario.populations[0].count == 100)
        #expect(scenario.writers[0].rate == 100)
        #expect(scenario.timing.duration == .seconds(3))
        #expect(scenario.populations[0].actions[2].interval == .seconds(60))
        #expect(try read(["members": "400", "edits": "7"]).writers[0].rate == 7)
    }

    @Test("What is set to nothing is left out")
    func nothing() throws {
        #expect(try read(["edits": "0"]).writers.isEmpty)
    }

    @Test("`most` is what the machine can hold, and a number for every other process")
    func most() throws {
        let scenario = try read(["members": "most"], mostSessions: 444)
        #expect(scenario.populations[0].count == 111)
        #expect(scenario.parameters[0].value == "444")
    }

    @Test("The parameters' values make the same scenario")
    func again() throws {
        let scenario = try read(["members": "7", "edits": "0.3333333333333333"])
        let settings = scenario.parameters.map { ($0.name, $0.value) }
        #expect(try read(Dictionary(uniqueKeysWithValues: settings)) == scenario)
    }
}
