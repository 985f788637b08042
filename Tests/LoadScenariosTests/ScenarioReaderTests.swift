import LoadScenarios
import Testing

@Suite struct ScenarioReaderTests {
    /// What is said of a file, without its name: `3: error: …`.
    private func problems(_ text: String, settings: [String: String] = [:]) -> [String] {
        do {
            _ = try Scenario.read(text: text, name: "a", settings: settings)
            return []
        } catch {
            return error.problems.map { "\($0)".replacing("a.yaml:", with: "") }
        }
    }

    @Test("Everything that is wrong is told at once, with its line and what to do")
    func everythingAtOnce() {
        let found = problems(
            """
            sumary: x
            parameters:
              a: { default: 3 }
              b: { default: $c, summary: d }
            timing: { connect_rate: 5s, duration: 1 }
            populations:
              people:
                count: $aa
                topics: { t: { topic: "x:{sesion}", private: yes } }
                actions: [{ broadcast: t, too: x }, { track: t, bytes: 3 }]
            """,
            settings: ["durations": "4"]
        )
        let expected = [
            "error: the setting durations=4: there is no parameter `durations`; did you mean "
                + "`duration`?",
            "1: error: unknown key `sumary` in a scenario; did you mean `summary`?",
            "1: error: a scenario has no `summary`, which it needs",
            "3: error: a parameter has no `summary`, which it needs",
            "4: error: the default of `b` is `$c`: there is no parameter `c`; did you mean `a`?",
            "5: error: connect_rate is 5s; it must be a rate, 0.1/s to 1000000/s",
            "5: error: duration is 1; it must be a time such as 500ms or 5s, from 1.0 seconds to "
                + "86400.0 seconds",
            "8: error: count is `$aa`: there is no parameter `aa`; did you mean `a`?",
            "9: error: {sesion} in topic is neither a place nor a parameter; did you mean "
                + "`session`?",
            "9: error: private is `yes`; it must be true or false",
            "10: error: unknown key `too` in an action; did you mean `to`?",
            "10: error: an action has no `every`, which it needs: how long until the next, like 5s",
            "10: error: `track` has no `bytes`; it has every, share, track",
            "10: error: the topic `t` has no `presence: true`",
            "10: error: an action has no `every`, which it needs: how long until the next, like 5s",
        ]
        #expect(found.sorted() == expected.sorted())
    }
}
