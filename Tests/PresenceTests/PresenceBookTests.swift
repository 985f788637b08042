import Presence
import Testing
import Topics
import Wire

@Suite struct PresenceBookTests {
    /// What keeps a lost entry from being taken over.
    enum Difference: CaseIterable {
        case person, noPerson, key, topic, isPrivate
    }

    @Test("Nobody else takes over what was lost", arguments: Difference.allCases)
    func notAdopted(difference: Difference) {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        _ = table.diff()
        table.lose(1)
        let other = TopicKey(name: Table.name("trip:2"), isPrivate: true)
        let open = TopicKey(name: Table.topic.name, isPrivate: false)
        let outcome =
            switch difference {
            case .person: table.track(2, #"{"n":1}"#, person: "ben")
            case .noPerson: table.track(2, #"{"n":1}"#, person: nil)
            case .key: table.track(2, #"{"n":1}"#, key: "other")
            case .topic: table.track(2, #"{"n":1}"#, topic: other)
            case .isPrivate: table.track(2, #"{"n":1}"#, topic: open)
            }
        #expect(outcome == .joined)
        table.pass(seconds: 5)
        #expect(
            table.diff()?.contains(#""leaves":{"ana":{"metas":[{"phx_ref":"B","n":1}]}}"#) == true
        )
    }

    @Test("Without a key of one's own, or a person, or a grace period, a loss is a leave at once")
    func noGrace() {
        for (person, seconds) in [(nil, 5), ("ana", 0)] {
            var table = Table { $0.grace = .seconds(seconds) }
            _ = table.track(1, person: person)
            _ = table.diff()
            table.lose(1)
            #expect(
                table.diff() == #"{"joins":{},"leaves":{"ana":{"metas":[{"phx_ref":"B"}]}}}"#
            )
        }
    }

    @Test("Who comes back in time with the same makes no leave and no join")
    func resumed() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        _ = table.diff()
        table.lose(1)
        table.pass(seconds: 4)
        #expect(table.diff() == nil)
        #expect(table.state() == #"{"ana":{"metas":[{"phx_ref":"B","n":1}]}}"#)
        #expect(table.track(2, #"{"n":1}"#) == .resumed)
        table.pass(seconds: 60)
        #expect(table.diff() == nil)
        table.untrack(1)
        #expect(table.diff() == nil, "the channel that was lost holds nothing any more")
        table.untrack(2)
        #expect(table.diff() != nil)
    }

    @Test("Who comes back with something else is one update")
    func resumedUpdated() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        _ = table.diff()
        table.lose(1)
        #expect(table.track(2, #"{"n":2}"#) == .resumedUpdated)
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"C","phx_ref_prev":"B","n":2}]}},"#
                + #""leaves":{"ana":{"metas":[{"phx_ref":"B","n":1}]}}}"#
        )
        table.pass(seconds: 60)
        #expect(table.diff() == nil)
        #expect(table.book.metaCount == 1)
    }

    @Test("Of several that were lost, each goes on with the one that shows the same")
    func several() {
        var table = Table()
        _ = table.track(1, #"{"tab":1}"#)
        _ = table.track(2, #"{"tab":2}"#)
        _ = table.diff()
        table.lose(1)
        table.lose(2)
        #expect(table.track(3, #"{"tab":2}"#) == .resumed)
        #expect(table.track(4, #"{"tab":1}"#) == .resumed)
        #expect(table.track(5, #"{"tab":1}"#) == .joined, "none is left to take over")
        table.pass(seconds: 60)
        _ = table.diff()
        #expect(table.book.metaCount == 3)
    }

    @Test("An entry that is lost twice has the whole grace period each time")
    func lostTwice() {
        var table = Table()
        _ = table.track(1)
        _ = table.diff()
        table.lose(1)
        table.pass(seconds: 4)
        #expect(table.track(2) == .resumed)
        table.lose(2)
        table.pass(seconds: 4)
        #expect(table.diff() == nil, "the first deadline is over, the second is not")
        table.pass(seconds: 1)
        #expect(table.diff() == #"{"joins":{},"leaves":{"ana":{"metas":[{"phx_ref":"B"}]}}}"#)
        #expect(table.track(3) == .joined)
    }

    @Test("The private and the public topic of one name have nothing in common")
    func twoWorlds() {
        var table = Table()
        let open = TopicKey(name: Table.topic.name, isPrivate: false)
        _ = table.track(1)
        _ = table.track(2, topic: open)
        #expect(table.book.takeChangedTopics() == [Table.topic, open])
        #expect(table.book.takeDiff(of: open)?.text.contains("AAAAAAAAAAAAAAAC") == true)
        #expect(table.diff() == #"{"joins":{"ana":{"metas":[{"phx_ref":"B"}]}},"leaves":{}}"#)
    }

    @Test("References have 16 characters and begin with what is the process's own")
    func references() {
        var seen: Set<String> = []
        for seed: UInt64 in [1, 2, .max] {
            var book = PresenceBook(limits: PresenceLimits(), seed: seed)
            for channel: UInt64 in 0..<100 {
                _ = book.track(
                    PresenceTracking(
                        topic: Table.topic,
                        holder: Table.holder(channel),
                        key: ExactText("k"),
                        person: nil,
                        payload: .emptyObject
                    )
                )
            }
            let diff = book.takeDiff(of: Table.topic)?.text ?? ""
            for part in diff.split(separator: #""phx_ref":""#).dropFirst() {
                let reference = part.prefix { $0 != "\"" }
                #expect(reference.count == 16)
                seen.insert(String(reference))
            }
        }
        #expect(seen.count == 300)
    }
}
