import LoadScenarios
import Testing

@Suite struct ScenarioReaderTests {
    /// A file that is right: two populations, one with everything.
    static let whole = """
        summary: All of it, {members} times.
        parameters:
          members: { default: 10, summary: People }
          edits: { default: $members / 4, summary: Edits a second }
          often: { default: 20s, summary: How often }
          loud: { default: true, summary: Whether they show themselves }
        timing: { connect_rate: 50/s, warmup: 1s, duration: $members * 2s, drain: 500ms }
        gateway: { limits.queue_bytes: $members * 1024, channels.public: allow }
        objectives: [p99=50ms, errors=0]
        setup: ["insert into t select {members}, '{\\"a\\": {}}'"]
        teardown: [delete from t]
        populations:
          people:
            count: $members / 4
            group_size: 4
            first_group: 9000000001
            role: guide
            sub: "{group_uuid}"
            serializers: [2]
            topics:
              trip:
                { topic: "trip:{group}", private: true, self: true, ack: true, presence: $loud,
                  replay: true, unmarked: true }
              own: { topic: "own:{session}:{members}" }
            actions:
              - { broadcast: cursor, to: trip, bytes: 160, every: 500ms, share: 0.1 }
              - { broadcast: all, to: trip, in_flight: 4 }
              - { track: trip, every: $often }
              - { rejoin: own, pause: 1s, every: $often }
              - { reconnect: abrupt, pause: 2s, every: 1m }
              - { reconnect: clean, every: 1m }
              - { refresh_token: true, every: 1h }
              - { pause_reading: 3s, every: 1m }
              - { track: trip, every: 1s, share: 0 }
          guests:
            count: 0
            role: none
            topics: { lobby: { topic: lobby } }
            actions: [{ broadcast: hello, every: 1s }]
        writers:
          edits:
            population: people
            topic: "trip:{group}"
            rate: $edits
            connections: 3
            sql: update t set x = '{mark}' where id = {group} and n = {number}
          none: { population: people, topic: "x:{group}", rate: 0, sql: "select '{mark}'" }
        """

    /// What is said of a file, without its name: `3: error: …`.
    private func problems(_ text: String, settings: [String: String] = [:]) -> [String] {
        do {
            _ = try Scenario.read(text: text, name: "a", settings: settings)
            return []
        } catch {
            return error.problems.map { "\($0)".replacing("a.yaml:", with: "") }
        }
    }

    /// What is said of the whole file after a change, without its line.
    private func problems(changing old: String, to new: String) -> [String] {
        let text = Self.whole.replacing(old, with: new, maxReplacements: 1)
        precondition(text != Self.whole, "\(old) is not there")
        return problems(text).map { String($0.drop { $0 != " " }.dropFirst(" error: ".count)) }
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

    @Test(
        "What is no scenario at all says so",
        arguments: [
            ("", "1: error: is empty; docs/LOADTEST.md says what a scenario holds"),
            ("a: [", "2: error: is not valid YAML, column 1: did not find expected node content"),
            (
                "a: 1\nb: 2\na: 3",
                "1: error: the key `a` stands twice in the same mapping; keep one of them"
            ),
        ]
    )
    func notRead(text: String, expected: String) {
        #expect(problems(text) == [expected])
    }

    @Test("A file that is too large is not looked at")
    func tooLarge() {
        let text = Self.whole + "\n#" + String(repeating: "x", count: Scenario.byteCountMax)
        #expect(
            problems(text) == ["1: error: is larger than 262144 bytes, the most for a scenario"]
        )
    }

    @Test("Aliases that stand for more nodes than memory holds take neither time nor memory")
    func aliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...60 {
            let names = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(names)]\n"
        }
        #expect(problems(text).count > 60)
    }

    @Test("A file that says everything is read as it is")
    func everything() throws {
        let scenario = try Scenario.read(text: Self.whole, name: "whole")
        #expect(scenario.name == "whole" && scenario.summary == "All of it, 10 times.")
        #expect(
            scenario.parameters.map(\.value)
                == ["10", "2.5", "20s", "true", "50/s", "1s", "20s", "500ms"]
        )
        #expect(
            scenario.timing
                == Scenario.Timing(
                    connectRate: 50,
                    warmup: .seconds(1),
                    duration: .seconds(20),
                    drain: .milliseconds(500)
                )
        )
        #expect(
            scenario.gateway == ["limits.queue_bytes": "10240", "channels.public": "allow"]
        )
        #expect(scenario.objectives == ["p99=50ms", "errors=0"])
        #expect(scenario.setup == [#"insert into t select 10, '{"a": {}}'"#])
        #expect(scenario.teardown == ["delete from t"])
        let people = try #require(scenario.populations.first)
        #expect(people.name == "people" && people.count == 3 && people.groupSize == 4)
        #expect(people.group(of: 4) == 9_000_000_001 && people.group(of: 5) == 9_000_000_002)
        #expect(people.role == "guide" && people.sub == Template("{group_uuid}"))
        #expect(people.serializers == [2])
        let writer = try #require(scenario.writers.first)
        #expect(scenario.writers.count == 1 && writer.name == "edits" && writer.population == 0)
        #expect(writer.topic == Template("trip:{group}"))
        #expect(writer.rate == 2.5 && writer.connectionCount == 3)
        #expect(
            writer.sql == Template("update t set x = '{mark}' where id = {group} and n = {number}")
        )
    }

    @Test("Topics and actions are read as they are; what has no share is left out")
    func actions() throws {
        let scenario = try Scenario.read(text: Self.whole, name: "whole")
        let people = scenario.populations[0]
        let trip = people.topics[0]
        #expect(trip.isPrivate && trip.receivesOwn && trip.acknowledges && trip.hasPresence)
        #expect(trip.replays && trip.mayBeUnmarked && trip.topic == Template("trip:{group}"))
        let own = people.topics[1]
        #expect(!own.isPrivate && !own.receivesOwn && !own.acknowledges && !own.hasPresence)
        #expect(!own.replays && !own.mayBeUnmarked && own.topic == Template("own:{session}:10"))
        #expect(
            people.actions.map(\.action) == [
                .broadcast(slot: 0, name: "cursor", byteCount: 160, inFlight: 0),
                .broadcast(slot: 0, name: "all", byteCount: 128, inFlight: 4),
                .track(slot: 0), .rejoin(slot: 1, pause: .seconds(1)),
                .reconnect(pause: .seconds(2), isAbrupt: true),
                .reconnect(pause: .zero, isAbrupt: false), .refreshToken,
                .pauseReading(.seconds(3)),
            ]
        )
        #expect(
            people.actions.map(\.interval) == [
                .milliseconds(500), .zero, .seconds(20), .seconds(20), .seconds(60), .seconds(60),
                .seconds(3_600), .seconds(60),
            ]
        )
        #expect(people.actions.map(\.share) == [0.1, 1, 1, 1, 1, 1, 1, 1])
        let guests = scenario.populations[1]
        #expect(guests.count == 0 && guests.role == nil && guests.serializers == [1, 2])
        #expect(guests.sub == Template("{session_uuid}") && guests.group(of: 99) == 1)
    }

    @Test(
        "Wrong values are told with what would be right",
        arguments: [
            (
                "group_size: 4", "group_size: 0",
                "group_size is `0`; it must be a whole number, 1 to 1000000"
            ),
            (
                "first_group: 9000000001", "first_group: 2.5",
                "first_group is `2.5`; it must be a whole number, 1 to 1000000000000"
            ),
            (
                "count: $members / 4", "count: $members * 1s",
                "count is `$members * 1s`, here 10s; it must be a whole number, 0 to 1000000"
            ),
            (
                "serializers: [2]", "serializers: [3]",
                "an entry of serializers is `3`; it must be a whole number, 1 to 2"
            ),
            ("bytes: 160", "bytes: 20", "bytes is `20`; it must be a whole number, 100 to 1000000"),
            ("share: 0.1", "share: 10", "share is `10`; it must be a number from 0 to 1"),
            ("to: trip, bytes", "to: trp, bytes", "there is no topic `trp`; did you mean `trip`?"),
            (
                "cursor, to: trip, bytes", "cursor, bytes",
                "a broadcast has no `to`, which it needs: the name of one of its topics"
            ),
            (
                "reconnect: abrupt", "reconnect: rude",
                "reconnect is `rude`; it must be abrupt or clean"
            ),
            (
                "refresh_token: true", "refresh_token: false",
                "write `refresh_token: true`, or leave the action out"
            ),
            (
                "track: trip, every: $often", "track: own, every: $often",
                "the topic `own` has no `presence: true`"
            ),
            (
                "track: trip, every: $often", "track: trip, rejoin: own, every: 1s",
                """
                an action has one of these keys: broadcast, track, rejoin, \
                reconnect, refresh_token, pause_reading
                """
            ),
            (
                "presence: $loud", "presence: $often",
                "presence is `$often`; it must be true or false"
            ),
            (
                "{ topic: \"own:{session}:{members}\" }", "{ topic: own, replay: true }",
                "only private channels have replay; add `private: true`"
            ),
            (
                "own, pause", "own, to: own, pause",
                "`rejoin` has no `to`; it has pause, every, share, rejoin"
            ),
            (
                "population: people\n", "population: peple\n",
                "there is no population `peple`; did you mean `people`?"
            ),
            (
                "population: people\n", "population: guests\n",
                "the writer's population `guests` has no sessions"
            ),
            (
                "x = '{mark}'", "x = ''",
                "sql has no {mark}; write it where a text may stand, such as '{mark}'"
            ),
            (
                "id = {group}", "id = {session}",
                """
                {session} cannot stand in sql; there can be {group}, \
                {group_uuid}, {number}, {mark} and parameters
                """
            ),
            (
                "select {members}", "select {group}",
                "{group} cannot stand in an entry of setup; there can be parameters only"
            ),
            ("rate: $edits", "rate: 5s", "rate is 5s; it must be a rate, 0/s to 1000000/s"),
            ("p99=50ms", "p99<50ms", "`p99<50ms` is no limit; write it like p99=50ms or errors=0"),
            (
                "  people:\n", "  People:\n",
                """
                the name `People` in populations must be small letters, \
                digits and `_`, and begin with a letter
                """
            ),
            (
                "  often:", "  drain:",
                "`drain` is a parameter in any case, with the default that stands in timing"
            ),
            (
                "  often:", "  mark:",
                "a parameter cannot be called `mark`: {mark} means something else"
            ),
            (
                "count: $members / 4", "count: 0",
                "all populations together have 0 sessions; there must be 1 to 1000000"
            ),
            ("role: guide", "role: \"\"", "role is empty; write something, or leave the key out"),
            (
                "duration: $members * 2s", "duration: 20",
                """
                duration is 20; it must be a time such as 500ms or 5s, from \
                1.0 seconds to 86400.0 seconds
                """
            ),
        ]
    )
    func wrong(old: String, new: String, expected: String) {
        #expect(problems(changing: old, to: new).contains(expected))
    }

    @Test("Seventeen actions are one too many: their streams would be another session's")
    func manyActions() {
        let action = "      - { broadcast: cursor, to: trip, every: 1s }\n"
        let actions = "    actions:\n" + String(repeating: action, count: 8)
        #expect(
            problems(changing: "    actions:\n", to: actions)
                == ["a population has at most 16 actions"]
        )
    }
}
