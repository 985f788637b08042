import LoadScenarios

/// Scenarios of the tests.
enum Scenarios {
    static let timing = "timing: { connect_rate: 1000/s, warmup: 0s, duration: 5s, drain: 5s }"

    /// Two populations with broadcasts and two writers.
    static func mixed() throws -> Scenario {
        try Scenario.read(
            text: """
                summary: Everything at once.
                \(timing)
                populations:
                  pairs:
                    count: 7
                    group_size: 2
                    first_group: 50
                    topics:
                      trip: { topic: "trip:{group}", private: true, presence: true }
                    actions:
                      - { track: trip, every: 1s }
                      - { broadcast: cursor, bytes: 128, every: 1s, share: 0.5 }
                  crowd:
                    count: 3
                    topics:
                      all: { topic: all, self: true }
                    actions:
                      - { broadcast: tick, bytes: 128, every: 1s }
                writers:
                  edits:
                    population: pairs
                    topic: "trip:{group}"
                    rate: 4
                    connections: 3
                    sql: "select {group}, {number}, '{mark}'"
                """,
            name: "mixed",
            settings: [:]
        )
    }
}
