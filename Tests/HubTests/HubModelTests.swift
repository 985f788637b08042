import Hub
import Testing
import Topics
import Wire

@Suite struct HubModelTests {
    @Test(
        "After any sequence of joins, leaves, cuts and ends, exactly the members get a message",
        arguments: 0..<100 as Range<UInt64>
    )
    func membersGetMessages(seed: UInt64) {
        var dice = Dice(state: seed)
        let bench = Bench()
        let topics = ["trip:1", "trip:2", "trip:3"]
        var members: [String: Set<ConnectionNumber>] = [:]
        var open: [ConnectionNumber] = (0..<8).map { _ in bench.connect() }
        for step in 0..<200 {
            guard let connection = open.randomElement(using: &dice),
                let topic = topics.randomElement(using: &dice)
            else { break }
            switch Int.random(in: 0..<10, using: &dice) {
            case 0..<4:
                bench.join(topic, ref: "\(step + 1)", on: connection)
                let isAllowed = Bool.random(using: &dice)
                bench.answer(.verdict(isAllowed ? .all : .denied))
                if isAllowed {
                    members[topic, default: []].insert(connection)
                } else {
                    members[topic]?.remove(connection)
                }
            case 4..<6:
                bench.say(#"[null,"1","realtime:\#(topic)","phx_leave",{}]"#, on: connection)
                members[topic]?.remove(connection)
            case 6:
                bench.hub.closed(connection)
                for topic in topics { members[topic]?.remove(connection) }
                open.removeAll { $0 == connection }
                open.append(bench.connect())
            default:
                bench.port.sent.removeAll()
                bench.hub.deliver(change(of: topic))
                let got = bench.port.sent.map(\.connection)
                #expect(Set(got) == members[topic, default: []], "seed \(seed), step \(step)")
                #expect(got.count == Set(got).count, "seed \(seed), step \(step)")
            }
        }
        #expect(bench.hub.counters.channelCount == members.values.reduce(0) { $0 + $1.count })
        for topic in topics {
            #expect(bench.interest.loops(of: key(topic)).isEmpty == (members[topic] ?? []).isEmpty)
        }
    }
}
