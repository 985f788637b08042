import Hub
import Testing
import Topics
import Wire

@Suite struct HubChangesTests {
    private let config =
        #""postgres_changes":[{"event":"*","schema":"public","table":"todos"}]"#
    private let message = MessageEncoder(serializer: .v2).push(
        joinRef: .null,
        ref: .null,
        topic: "realtime:a",
        name: "postgres_changes",
        payload: JSONText(string: "a change")
    )
    private let change = #"[null,null,"realtime:a","postgres_changes","a change"]"#

    private func system(_ notice: ChangesNotice, ref: String = "1") -> String {
        #"["\#(ref)",null,"realtime:a","system",\#(notice.payload(channel: "a").text)]"#
    }

    @Test("The join is answered with the bindings and their numbers, then the wish goes out")
    func joined() throws {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("a", config: config, on: ana)
        let replies = bench.port.take(ana)
        #expect(replies.count == 1)
        #expect(replies[0].contains(#""table":"todos","id":"#))
        let wish = try #require(bench.port.wishes.first)
        #expect(bench.port.wishes.count == 1)
        #expect(wish.topic == "realtime:a")
        #expect(wish.serializer == .v2)
        #expect(wish.caller.claims == #"{"sub":"ana"}"#)
        #expect(wish.bindings.count == 1)
    }

    @Test("Where public channels carry changes only, a public join with a binding is one")
    func publicChanges() {
        let bench = Bench { $0.publicChannels = .changes }
        let ana = bench.connect(as: "ana")
        bench.join("a", config: config, on: ana)
        bench.join("b", config: "", on: ana)
        #expect(bench.port.wishes.map(\.topic) == ["realtime:a"])
    }

    @Test("A private channel asks for changes once it is let in, and never if it is not")
    func privateChannel() {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("a", config: #""private":true,"# + config, on: ana)
        #expect(bench.port.wishes.isEmpty)
        bench.answer(.verdict(.all))
        #expect(bench.port.wishes.count == 1)
        let ben = bench.connect(as: "ben")
        bench.join("a", config: #""private":true,"# + config, on: ben)
        bench.answer(.verdict(.denied))
        #expect(bench.port.wishes.count == 1)
        #expect(bench.port.unfollowed.isEmpty)
    }

    @Test("What came of the wish is told, and the channel stays")
    func answered() throws {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("a", config: config, on: ana)
        _ = bench.port.take(ana)
        let wish = try #require(bench.port.wishes.first)
        for notice in [ChangesNotice.following, .notPublished("event: *")] {
            bench.hub.changesAnswered(notice, channel: wish.channel, generation: wish.generation)
            #expect(bench.port.take(ana) == [system(notice)])
        }
        bench.hub.deliverChange(message, to: [wish.channel, 999])
        #expect(bench.port.take(ana) == [change])
        #expect(bench.hub.counters.changesDelivered == 1)
    }

    @Test("A channel that has left, or ended in any other way, gets nothing more", arguments: 0..<5)
    func ended(way: Int) throws {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("a", config: config, on: ana)
        let wish = try #require(bench.port.wishes.first)
        switch way {
        case 0: bench.say(#"["1","2","realtime:a","phx_leave",{}]"#, on: ana)
        case 1: bench.hub.closed(ana)
        case 2: bench.hub.lost(ana, time: bench.time)
        case 3: bench.join("a", ref: "7", config: "", on: ana)
        default:
            bench.pass(seconds: 10_000)
            bench.hub.tick(time: bench.time)
        }
        _ = bench.port.take(ana)
        #expect(bench.port.unfollowed == [wish.channel])
        bench.hub.deliverChange(message, to: [wish.channel])
        bench.hub.changesAnswered(
            .following,
            channel: wish.channel,
            generation: wish.generation
        )
        #expect(bench.port.take(ana).isEmpty)
    }

    @Test("A new token asks anew with its own claims; the answer to the old wish is dropped")
    func renewed() throws {
        let bench = Bench()
        let ana = bench.connect()
        bench.join("a", config: config, token: "ana", on: ana)
        bench.say(#"["1","2","realtime:a","access_token",{"access_token":"ben"}]"#, on: ana)
        _ = bench.port.take(ana)
        #expect(bench.port.wishes.map(\.caller.claims) == [#"{"sub":"ana"}"#, #"{"sub":"ben"}"#])
        let (old, new) = (bench.port.wishes[0], bench.port.wishes[1])
        #expect(old.channel == new.channel)
        bench.hub.changesAnswered(.following, channel: old.channel, generation: old.generation)
        #expect(bench.port.take(ana).isEmpty)
        bench.hub.changesAnswered(.following, channel: new.channel, generation: new.generation)
        #expect(bench.port.take(ana) == [system(.following)])
        #expect(bench.port.unfollowed.isEmpty)
    }

    @Test("Too many bindings are refused as a whole, and those of ended channels do not count")
    func limits() {
        let bench = Bench {
            $0.changesPerChannelMax = 2
            $0.changesPerConnectionMax = 3
        }
        let ana = bench.connect(as: "ana")
        let one = #"{"event":"*","schema":"public","table":"todos"}"#
        func join(_ topic: String, _ count: Int) -> [String] {
            let bindings = Array(repeating: one, count: count).joined(separator: ",")
            bench.join(topic, config: #""postgres_changes":[\#(bindings)]"#, on: ana)
            return Array(bench.port.take(ana).dropFirst())
        }
        #expect(join("a", 3) == [system(.tooManyOnChannel)])
        #expect(join("a", 2).isEmpty)
        let refusal = system(.tooManyOnConnection).replacing("realtime:a", with: "realtime:b")
            .replacing(#""channel":"a""#, with: #""channel":"b""#)
        #expect(join("b", 2) == [refusal])
        bench.say(#"["1","2","realtime:a","phx_leave",{}]"#, on: ana)
        _ = bench.port.take(ana)
        #expect(join("b", 2).isEmpty)
        #expect(bench.port.wishes.count == 2)
    }
}
