import Hub
import Testing
import Topics
import Wire

/// One channel of one connection, as a library sees it.
private final class Visitor {
    let bench: Bench
    let connection: ConnectionNumber
    let serializer: Serializer
    let topic: String
    let person: String
    let key: String?
    var view = PresenceView()
    private var calls: [(ref: String, payload: String?)] = []
    private var accepted: Set<String> = []
    private var refCount = 1

    init(_ bench: Bench, _ topic: String, as person: String, key: String?, _ serializer: Serializer)
    {
        self.bench = bench
        self.topic = topic
        self.person = person
        self.key = key
        self.serializer = serializer
        connection = bench.connect(serializer, as: person)
        let named = key.map { #""key":"\#($0)","# } ?? ""
        let config = #"{"config":{"private":true,"presence":{\#(named)"enabled":true}}}"#
        say("phx_join", config, ref: "1")
        bench.answer(.verdict(.all))
    }

    private func say(_ name: String, _ payload: String, ref: String) {
        let text =
            switch serializer {
            case .v1:
                #"{"topic":"realtime:\#(topic)","event":"\#(name)","payload":\#(payload),"#
                    + #""ref":"\#(ref)","join_ref":"1"}"#
            case .v2: #"["1","\#(ref)","realtime:\#(topic)","\#(name)",\#(payload)]"#
            }
        bench.say(text, on: connection)
    }

    func track(_ payload: String) {
        call(#"{"event":"track","payload":\#(payload)}"#, payload)
    }

    func untrack() { call(#"{"event":"untrack"}"#, nil) }

    private func call(_ text: String, _ payload: String?) {
        refCount += 1
        calls.append(("\(refCount)", payload))
        say("presence", text, ref: "\(refCount)")
    }

    func leave() { say("phx_leave", "{}", ref: "0") }

    /// What the channel shows, going by the calls that were answered with ok.
    var shown: String? {
        calls.last { accepted.contains($0.ref) }?.payload ?? nil
    }

    /// Reads all that came.
    func read() {
        for text in bench.port.take(connection) {
            guard let message = try? JSON(parsing: Array(text.utf8)) else { continue }
            let parts = message.arrayValue
            let name = (parts?[3] ?? message["event"])?.stringValue ?? ""
            let payload = parts?[4] ?? message["payload"] ?? .null
            if name == "phx_reply", payload["status"] == .string("ok"),
                let ref = (parts?[1] ?? message["ref"])?.stringValue
            {
                accepted.insert(ref)
            }
            view.take(name: name, payload)
        }
    }
}

@Suite struct HubPresenceModelTests {
    private static let topics = ["trip:1", "trip:2", "trip:3"]

    /// Whether mailboxes may be full for a while.
    enum Mailboxes: CaseIterable { case roomy, tight }

    @Test(
        "On any loops, whatever happens, every library ends up with exactly who is there",
        arguments: 0..<150 as Range<UInt64>,
        Mailboxes.allCases
    )
    func agreesWithModel(seed: UInt64, mailboxes: Mailboxes) {
        var dice = Dice(state: seed)
        let loops = Loops(count: Int.random(in: 1...3, using: &dice)) {
            $0.presenceCallCountMax = 10_000
            $0.messagesPerSecondMax = 10_000
        }
        var luck = Dice(state: ~seed)
        if mailboxes == .tight { loops.isFull = { Int.random(in: 0..<3, using: &luck) == 0 } }
        var visitors: [Visitor] = []
        var lost: [(person: String, key: String?, topic: String, payload: String)] = []
        func arrive(_ person: String, _ key: String?, _ topic: String) -> Visitor {
            let serializer = Bool.random(using: &dice) ? Serializer.v1 : .v2
            let bench = loops.benches[Int.random(in: 0..<loops.benches.count, using: &dice)]
            let visitor = Visitor(bench, topic, as: person, key: key, serializer)
            visitors.append(visitor)
            return visitor
        }
        func payload() -> String { #"{"n":\#(Int.random(in: 0..<3, using: &dice))}"# }
        for _ in 0..<250 {
            let visitor = visitors.randomElement(using: &dice)
            switch Int.random(in: 0..<22, using: &dice) {
            case 0, 1:
                let key = ["a", "b", nil].randomElement(using: &dice) ?? nil
                let person = ["ana", "ben"].randomElement(using: &dice) ?? ""
                _ = arrive(person, key, Self.topics.randomElement(using: &dice) ?? "")
            case 2, 3, 4: visitor?.track(payload())
            case 5: visitor?.untrack()
            case 6: leave(visitor, &visitors) { $0.leave() }
            case 7: leave(visitor, &visitors) { $0.bench.hub.closed($0.connection) }
            case 8, 9:
                leave(visitor, &visitors) { visitor in
                    visitor.bench.hub.lost(visitor.connection, time: visitor.bench.time)
                    visitor.read()
                    lost.append(
                        (visitor.person, visitor.key, visitor.topic, visitor.shown ?? payload())
                    )
                }
            case 10:
                guard let back = lost.popLast() else { continue }
                arrive(back.person, back.key, back.topic).track(back.payload)
            case 11..<15:
                let loop = Int.random(in: 0..<loops.benches.count, using: &dice)
                loops.open(loop, count: Int.random(in: 1..<5, using: &dice))
            case 15..<21:
                loops.benches[Int.random(in: 0..<loops.benches.count, using: &dice)].hub
                    .flushPresence()
            default: loops.pass(seconds: Int64.random(in: 0..<3, using: &dice))
            }
        }
        loops.settle()
        expectAgreement(visitors, seed)
        loops.pass(seconds: 6)
        loops.settle()
        expectAgreement(visitors, seed)
        for topic in Self.topics {
            let there = visitors.filter { $0.topic == topic }
            let truth = there.compactMap { visitor in
                visitor.shown.map { "\(visitor.key ?? "made") \($0)" }
            }
            for visitor in there {
                let seen = visitor.view.entries.map { Self.withoutMadeKey($0) }
                #expect(seen.sorted() == truth.sorted(), "seed \(seed), \(mailboxes), \(topic)")
            }
        }
    }

    private func leave(
        _ visitor: Visitor?,
        _ visitors: inout [Visitor],
        _ way: (Visitor) -> Void
    ) {
        guard let visitor else { return }
        way(visitor)
        visitors.removeAll { $0 === visitor }
    }

    /// Everybody in a topic sees the same, and nothing came twice or left twice.
    private func expectAgreement(_ visitors: [Visitor], _ seed: UInt64) {
        var seen: [String: [String]] = [:]
        for visitor in visitors {
            visitor.read()
            #expect(visitor.view.isSynced && visitor.view.faults.isEmpty, "seed \(seed)")
            let others = seen[visitor.topic] ?? visitor.view.entries
            #expect(visitor.view.entries == others, "seed \(seed), \(visitor.topic)")
            seen[visitor.topic] = others
        }
    }

    /// A key that the gateway made is a UUID; the model knows it as `made`.
    private static func withoutMadeKey(_ entry: String) -> String {
        let key = entry.prefix { $0 != " " }
        return key.count == 36 ? "made" + entry.dropFirst(36) : entry
    }
}
