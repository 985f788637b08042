import LoadScenarios
import Testing

@testable import loadtest

@Suite struct ScenarioTextTests {
    @Test("A scenario is told with what its people do and what can be set")
    func told() throws {
        let scenario = try Scenario.read(
            text: """
                summary: People talk.
                parameters:
                  members: { default: 8, summary: "People" }
                timing: { connect_rate: 5/s, warmup: 2s, duration: 20s, drain: 5s }
                populations:
                  people:
                    count: $members
                    topics:
                      t: { topic: "trip:{session}", presence: true }
                    actions:
                      - { broadcast: hello, bytes: 200, every: 500ms, share: 0.25 }
                      - { track: t, every: 60s }
                """,
            name: "talk"
        )
        let text = ScenarioText.lines(scenario).joined(separator: "\n")
        let parts = [
            "talk: People talk.", "measures for 20 s", "8 people on trip:{session}",
            "broadcasts `hello` of 200 bytes on trip:{session}, every 500 ms, 25 % of them",
            "tracks presence on trip:{session}, every 60 s", "members=8", "People",
        ]
        for part in parts { #expect(text.contains(part), "\(part) in\n\(text)") }
    }
}
