import Presence
import Testing
import Topics
import Wire

@testable import Hub

/// How many channels a topic has, and what they show of themselves, by its file.
@Suite struct HubFamilyChannelsTests {
    private let full =
        #"["1","1","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"ChannelRateLimitReached: Too many channels"}}]"#

    private func join(_ bench: Bench, _ topic: String = "trip:1") -> (ConnectionNumber, [String]) {
        let connection = bench.connect()
        bench.join(topic, on: connection)
        bench.answer(.verdict(.all))
        return (connection, bench.port.take(connection))
    }

    @Test("A topic has as many channels as its file allows, on all loops together")
    func counted() {
        let counts = ChannelCounts()
        let family = HubFamiliesTests.family(channelCountMax: 2)
        let here = HubFamiliesTests.bench(family, of: 2, counts: counts)
        let there = HubFamiliesTests.bench(family, loop: 1, counts: counts)
        let (first, _) = join(here)
        _ = join(there)
        #expect(join(here).1 == [full])
        #expect(join(there).1 == [full])
        #expect(join(here, "trip:2").1 != [full])
        here.say(#"["1","9","realtime:trip:1","phx_leave",{}]"#, on: first)
        let (last, answer) = join(there)
        #expect(answer != [full])
        there.hub.lost(last, time: there.time)
        #expect(join(here).1 != [full])
        #expect(join(here).1 == [full])
    }

    @Test("Who is denied takes no room, and a channel that joins anew takes its own")
    func room() {
        let bench = HubFamiliesTests.bench(HubFamiliesTests.family(channelCountMax: 1))
        let denied = bench.connect()
        bench.join("trip:1", on: denied)
        bench.answer(.verdict(.denied))
        let (connection, _) = join(bench)
        bench.join("trip:1", ref: "2", on: connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).first?.contains(#""status":"ok""#) == true)
        #expect(join(bench).1 == [full])
    }

    @Test("A limit that comes later counts the channels that are there, and keeps them")
    func later() {
        let bench = HubFamiliesTests.bench(HubFamiliesTests.family())
        let (first, _) = join(bench)
        let (second, _) = join(bench)
        bench.hub.adopt(TopicContract([HubFamiliesTests.family(channelCountMax: 1)]))
        #expect(bench.port.take(first).isEmpty)
        bench.hub.closed(second)
        #expect(join(bench).1 == [full])
        bench.hub.adopt(.none)
        #expect(join(bench).1 != [full])
        bench.hub.adopt(TopicContract([HubFamiliesTests.family(channelCountMax: 3)]))
        #expect(join(bench).1 != [full])
        #expect(join(bench).1 == [full])
    }

    private let watching = #""private":true,"presence":{"enabled":true,"key":"k"}"#

    private func track(_ bench: Bench, on connection: ConnectionNumber) {
        bench.say(
            #"["1","4","realtime:trip:1","presence",{"type":"presence","event":"track","payload":{}}]"#,
            on: connection
        )
    }

    private func names(_ texts: [String]) -> [String] {
        let known = ["phx_reply", "presence_state", "presence_diff"]
        return texts.compactMap { text in known.first { text.contains("\"\($0)\"") } }
    }

    @Test("Without presence nobody is told of it, and to track is refused without a text")
    func noPresence() {
        let bench = HubFamiliesTests.bench(
            HubFamiliesTests.family(presence: PresenceRules(isEnabled: false))
        )
        let connection = bench.member(of: "trip:1", config: watching)
        bench.hub.flushPresence()
        #expect(bench.port.take(connection).isEmpty)
        track(bench, on: connection)
        bench.hub.flushPresence()
        #expect(
            bench.port.take(connection) == [
                #"["1","4","realtime:trip:1","phx_reply",{"status":"error","response":{}}]"#
            ]
        )
        #expect(bench.port.notes.last == .presenceRefused(.notServed))
    }

    @Test("Files that take presence away hide everybody, and such that bring it back tell a state")
    func presenceComesAndGoes() {
        let bench = HubFamiliesTests.bench(HubFamiliesTests.family())
        let connection = bench.member(of: "trip:1", config: watching)
        track(bench, on: connection)
        bench.hub.flushPresence()
        #expect(
            names(bench.port.take(connection)) == ["phx_reply", "presence_state", "presence_diff"]
        )
        let without = HubFamiliesTests.family(presence: PresenceRules(isEnabled: false))
        bench.hub.adopt(TopicContract([without]))
        bench.hub.flushPresence()
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.hub.counters.presenceMetas == 0)
        bench.hub.adopt(.none)
        bench.hub.flushPresence()
        #expect(names(bench.port.take(connection)) == ["presence_state"])
    }

    @Test("Who is lost stays for as long as the file says")
    func grace() {
        let bench = HubFamiliesTests.bench(
            HubFamiliesTests.family(presence: PresenceRules(grace: .seconds(60)))
        ) { $0.presence.grace = .seconds(5) }
        for topic in ["trip:1", "note:1"] {
            let connection = bench.member(of: topic, config: watching)
            bench.hub.adopt(bench.hub.contract)
            bench.say(
                #"["1","4","realtime:\#(topic)","presence",{"type":"presence","event":"track","payload":{}}]"#,
                on: connection
            )
            bench.hub.flushPresence()
            bench.hub.lost(connection, time: bench.time)
        }
        func shown(afterSeconds seconds: Int64) -> Int {
            bench.pass(seconds: seconds)
            bench.hub.tick(time: bench.time)
            bench.hub.flushPresence()
            return bench.hub.counters.presenceMetas
        }
        #expect(shown(afterSeconds: 4) == 2)
        #expect(shown(afterSeconds: 2) == 1)
        #expect(shown(afterSeconds: 53) == 1)
        #expect(shown(afterSeconds: 2) == 0)
    }
}
