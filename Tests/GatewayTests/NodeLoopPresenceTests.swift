import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Who is present, seen by connections of both serializers to a real gateway.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopPresenceTests {
    @Test("A viewer may see who is there and may not be seen; the others go on")
    func viewer() async throws {
        try await TestNode.with { node in
            let cleo = try Guest(node, .cleo, topic: "trip:2")
            #expect(try cleo.hears() == "presence_state {}")
            let refused = try cleo.track("{}")
            #expect(!refused.isOK && refused.response == .emptyObject)
            let ana = try Guest(node, .ana, topic: "trip:2")
            #expect(try ana.track(#"{"n":1}"#).isOK)
            #expect(
                try cleo.hears()
                    == #"presence_diff {"joins":{"ana":{"metas":[{"n":1}]}},"leaves":{}}"#
            )
            #expect(try cleo.untrack().isOK)
        }
    }

    @Test(
        "State, join, update and leave reach every member, whatever its serializer and its loop",
        arguments: Serializer.allCases,
        ["1", "2"]
    )
    func wholeLife(serializer: Serializer, loopCount: String) async throws {
        try await TestNode.with([.listenLoops: loopCount]) { node in
            let watchers = try (0..<4).map { _ in try Guest(node, .ana, serializer) }
            for watcher in watchers { #expect(try watcher.hears() == "presence_state {}") }
            let ben = try Guest(node, .ben, serializer)
            #expect(try ben.track(#"{"name":"Ben","at":[1, 2]}"#).isOK)
            #expect(try ben.track(#"{"at":[1,2],"name":"Ben"}"#).isOK)
            #expect(try ben.track(#"{"name":"Ben","typing":true}"#).isOK)
            #expect(try ben.untrack().isOK)
            try node.fence("trip:1")
            #expect(try ben.hears() == "presence_state {}")
            let joined = #"{"joins":{"ben":{"metas":[{"name":"Ben","at":[1,2]}]}},"leaves":{}}"#
            let updated =
                #"{"joins":{"ben":{"metas":[{"phx_ref_prev":true,"name":"Ben","typing":true}]}},"#
                + #""leaves":{"ben":{"metas":[{"name":"Ben","at":[1,2]}]}}}"#
            for guest in watchers + [ben] {
                #expect(try guest.hears() == "presence_diff \(joined)")
                #expect(try guest.hears() == "presence_diff \(updated)")
                #expect(guest.shown.keys.sorted() == ["ben"])
                #expect(try guest.hears().hasPrefix(#"presence_diff {"joins":{},"leaves":{"ben""#))
                #expect(try guest.hears(until: "fence").isEmpty, "the same again is no diff")
                #expect(guest.shown.isEmpty && guest.faultCount == 0)
            }
        }
    }

    @Test("Many who come, change and go at once on two loops all see the same in the end")
    func crowd() async throws {
        try await TestNode.with([.listenLoops: "2", .presenceCalls: "1000"]) { node in
            let guests = try (0..<16).map { number in
                try Guest(
                    node,
                    number % 2 == 0 ? .ana : .ben,
                    number % 3 == 0 ? .v1 : .v2,
                    key: "key\(number % 8)"
                )
            }
            for round in 0..<5 {
                for (number, guest) in guests.enumerated() where (number + round) % 4 != 0 {
                    #expect(try guest.track(#"{"n":\#(number * round)}"#).isOK)
                }
                for (number, guest) in guests.enumerated() where (number + round) % 4 == 0 {
                    #expect(try guest.untrack().isOK)
                }
            }
            for guest in guests.suffix(8) { guest.member.drop() }
            let staying = guests.prefix(8)
            let last = try Guest(node, .ben, key: "last")
            #expect(try last.track("{}").isOK)
            let expected = (0..<8).filter { ($0 + 4) % 4 != 0 }.map { "key\($0)" } + ["last"]
            for guest in staying + [last] {
                // Those who were dropped are lost, and stay for the grace period.
                while guest.shown.keys.sorted() != expected
                    || guest.shown.values.contains(where: { $0.count > 1 })
                {
                    _ = try guest.hears()
                }
                #expect(guest.faultCount == 0)
            }
            #expect(staying.allSatisfy { $0.shown == last.shown })
            try #require(
                await eventually { (try? node.metric("waypost_presence_states_total")) == 17 }
            )
        }
    }

    @Test("Who is lost and comes back in time makes no leave and no join", arguments: ["1", "2"])
    func comesBack(loopCount: String) async throws {
        let settings: [ConfigurationKey: String] = [
            .listenLoops: loopCount, .presenceGraceSeconds: "120",
        ]
        try await TestNode.with(settings) { node in
            let ana = try Guest(node, .ana)
            let ben = try Guest(node, .ben)
            #expect(try ben.track(#"{"n":1}"#).isOK)
            #expect(try ana.hears() == "presence_state {}")
            #expect(try ana.hears().hasPrefix("presence_diff"))
            ben.member.drop()
            try #require(
                await eventually {
                    (try? node.metric(#"waypost_connections_closed_total{reason="lost"}"#)) == 1
                }
            )
            let back = try Guest(node, .ben)
            #expect(try back.track(#"{"n":1}"#).isOK)
            try node.fence("trip:1", name: "first")
            #expect(try ana.hears(until: "first").isEmpty)
            #expect(try back.track(#"{"n":2}"#).isOK)
            #expect(
                try ana.hears()
                    == #"presence_diff {"joins":{"ben":{"metas":[{"phx_ref_prev":true,"n":2}]}},"#
                    + #""leaves":{"ben":{"metas":[{"n":1}]}}}"#
            )
            try #require(
                await eventually {
                    (try? node.metric("waypost_presences_resumed_total")) == 1
                        && (try? node.metric("waypost_presences")) == 1
                }
            )
        }
    }

    @Test("Who is lost and stays away leaves when the grace period is over")
    func staysAway() async throws {
        try await TestNode.with([.presenceGraceSeconds: "1"]) { node in
            let ana = try Guest(node, .ana)
            let ben = try Guest(node, .ben)
            #expect(try ben.track("{}").isOK)
            _ = try (ana.hears(), ana.hears())
            ben.member.drop()
            #expect(
                try ana.hears()
                    == #"presence_diff {"joins":{},"leaves":{"ben":{"metas":[{}]}}}"#
            )
        }
    }

    @Test("Who closes the connection, or leaves the channel, is gone at once")
    func goneAtOnce() async throws {
        try await TestNode.with([.presenceGraceSeconds: "300"]) { node in
            let ana = try Guest(node, .ana)
            #expect(try ana.hears() == "presence_state {}")
            for isClose in [true, false] {
                let ben = try Guest(node, .ben)
                #expect(try ben.track("{}").isOK)
                #expect(try ana.hears().hasPrefix(#"presence_diff {"joins":{"ben""#))
                if isClose {
                    try ben.member.channels.close(deadline: Member.soon)
                } else {
                    _ = try ben.member.channels.leave("trip:1", deadline: Member.soon)
                }
                #expect(try ana.hears().hasPrefix(#"presence_diff {"joins":{},"leaves":{"ben""#))
            }
        }
    }

    @Test("The private and the public topic of one name show each its own")
    func twoWorlds() async throws {
        try await TestNode.with([.channelsPublic: "allow", .listenLoops: "2"]) { node in
            let inside = try Guest(node, .ana)
            let outside = try Guest(node, .cleo, isPrivate: false)
            #expect(try inside.track("{}").isOK && outside.track("{}").isOK)
            for (guest, key) in [(inside, "ana"), (outside, "cleo")] {
                #expect(try guest.hears() == "presence_state {}")
                _ = try guest.hears()
                #expect(guest.shown.keys.sorted() == [key])
            }
            try node.fence("trip:1")
            #expect(try inside.hears(until: "fence").isEmpty)
        }
    }

    @Test("A state longer than a connection's queue arrives, behind the reply to the join")
    func longState() async throws {
        let settings: [ConfigurationKey: String] = [
            .limitsQueueBytes: "65536", .listenLoops: "2",
        ]
        try await TestNode.with(settings) { node in
            let filler = String(repeating: "x", count: 50_000)
            var guests: [Guest] = []
            for number in 0..<4 {
                let guest = try Guest(node, .ana, number % 2 == 0 ? .v1 : .v2, key: "\(number)")
                _ = try guest.hears()
                #expect(guest.shown.count == number)
                #expect(try guest.track(#"{"n":"\#(filler)"}"#).isOK)
                guests.append(guest)
            }
            let last = try Guest(node, .ben)
            #expect(try last.hears().utf8.count > 200_000)
            #expect(last.shown.keys.sorted() == ["0", "1", "2", "3"])
            for guest in guests {
                while guest.shown.count < 4 { _ = try guest.hears() }
                #expect(guest.shown == last.shown && guest.faultCount == 0)
            }
        }
    }

    @Test("Over a limit the call is refused in the protocol's words, and the channel stays")
    func limits() async throws {
        let settings: [ConfigurationKey: String] = [
            .presenceCalls: "4", .presenceKeysPerTopic: "1", .presencePayloadBytes: "100",
        ]
        try await TestNode.with(settings) { node in
            let ana = try Guest(node, .ana)
            let long = #"{"n":"\#(String(repeating: "x", count: 100))"}"#
            #expect(try ana.track(long).reason == "Track message size exceeded")
            #expect(try ana.track("[]").reason == "Presence track payload must be a map")
            for number in 1...3 { #expect(try ana.track(#"{"n":\#(number)}"#).isOK) }
            let exceeded = "Client presence rate limit exceeded"
            #expect(try ana.track("{}").reason == exceeded)
            #expect(try ana.untrack().reason == exceeded)
            let ben = try Guest(node, .ben)
            #expect(try ben.track("{}").reason == exceeded, "the topic has its one key")
            #expect(try ben.hears().contains(#""n":3"#))
            let name = "waypost_presences_refused_total"
            #expect(try node.metric(#"\#(name){reason="rate"}"#) == 2)
            #expect(try node.metric(#"\#(name){reason="keys"}"#) == 1)
            #expect(try node.metric(#"\#(name){reason="payload_bytes"}"#) == 1)
            try node.fence("trip:1")
            _ = try ana.hears(until: "fence")
            #expect(try ana.member.isAlive())
            try node.expectHealthy()
        }
    }

    @Test("A key and a topic hold only so much, and the reply says so")
    func fullTopic() async throws {
        let settings: [ConfigurationKey: String] = [
            .presenceMetasPerKey: "1", .presenceTopicBytes: "1024",
        ]
        try await TestNode.with(settings) { node in
            let exceeded = "Client presence rate limit exceeded"
            let filler = String(repeating: "x", count: 600)
            let ana = try Guest(node, .ana, key: "one")
            #expect(try ana.track(#"{"n":"\#(filler)"}"#).isOK)
            let ben = try Guest(node, .ben, key: "one")
            #expect(try ben.track("{}").reason == exceeded, "the key has its one entry")
            let another = try Guest(node, .ben, key: "two")
            #expect(try another.track(#"{"n":"\#(filler)"}"#).reason == exceeded)
            #expect(try another.track("{}").isOK, "there is room for less")
            let name = "waypost_presences_refused_total"
            #expect(try node.metric(#"\#(name){reason="metas"}"#) == 1)
            #expect(try node.metric(#"\#(name){reason="topic_bytes"}"#) == 1)
        }
    }
}
