import Presence
import Testing
import Topics
import Wire

@Suite struct PresenceTopicTests {
    @Test("Whoever was never there leaves nothing behind when going")
    func stranger() {
        var table = Table()
        table.untrack(7)
        table.lose(7)
        #expect(table.diff() == nil)
        #expect(table.state() == "{}")
        #expect(table.book.metaCount == 0)
    }

    @Test("Whoever comes and goes between two diffs is in neither")
    func cameAndWent() {
        var table = Table()
        #expect(table.track(1) == .joined)
        table.untrack(1)
        #expect(table.diff() == nil)
        #expect(table.state() == "{}")
    }

    @Test("A state is what was told, not what is about to be")
    func stateIsWhatWasTold() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        #expect(table.state() == "{}")
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"B","n":1}]}},"leaves":{}}"#
        )
        #expect(table.state() == #"{"ana":{"metas":[{"phx_ref":"B","n":1}]}}"#)
        table.untrack(1)
        #expect(table.state() == #"{"ana":{"metas":[{"phx_ref":"B","n":1}]}}"#)
        #expect(
            table.diff()
                == #"{"joins":{},"leaves":{"ana":{"metas":[{"phx_ref":"B","n":1}]}}}"#
        )
        #expect(table.state() == "{}")
    }

    @Test("The same again changes nothing, whatever the order of its members")
    func sameAgain() {
        var table = Table()
        _ = table.track(1, #"{"a":1,"b":{"x":null,"y":[2]}}"#)
        _ = table.diff()
        #expect(table.track(1, #"{"a":1,"b":{"x":null,"y":[2]}}"#) == .unchanged)
        #expect(table.track(1, #"{"b":{"y":[2],"x":null}, "a":1}"#) == .unchanged)
        #expect(table.diff() == nil)
        #expect(table.track(1, #"{"a":1,"b":{"x":null,"y":[3]}}"#) == .updated)
        #expect(table.diff() != nil)
    }

    @Test("Something else is one diff with both sides and the reference before")
    func update() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        _ = table.diff()
        #expect(table.track(1, #"{"n":2}"#) == .updated)
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"C","phx_ref_prev":"B","n":2}]}},"#
                + #""leaves":{"ana":{"metas":[{"phx_ref":"B","n":1}]}}}"#
        )
        #expect(
            table.state() == #"{"ana":{"metas":[{"phx_ref":"C","phx_ref_prev":"B","n":2}]}}"#
        )
    }

    @Test("Several updates between two diffs are one, from what was told to what is true")
    func severalUpdates() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        #expect(table.track(1, #"{"n":2}"#) == .updated)
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"C","n":2}]}},"leaves":{}}"#,
            "nobody was told of the first"
        )
        _ = table.track(1, #"{"n":3}"#)
        _ = table.track(1, #"{"n":4}"#)
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"E","phx_ref_prev":"C","n":4}]}},"#
                + #""leaves":{"ana":{"metas":[{"phx_ref":"C","n":2}]}}}"#
        )
    }

    @Test("Several channels under one key each have an entry; a leave names only one's own")
    func oneKey() {
        var table = Table()
        _ = table.track(1, #"{"n":1}"#)
        _ = table.track(2, #"{"n":1}"#)
        _ = table.track(3, #"{"n":1}"#, key: "ben")
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"B","n":1},{"phx_ref":"C","n":1}]},"#
                + #""ben":{"metas":[{"phx_ref":"D","n":1}]}},"leaves":{}}"#
        )
        table.untrack(1)
        #expect(
            table.diff()
                == #"{"joins":{},"leaves":{"ana":{"metas":[{"phx_ref":"B","n":1}]}}}"#
        )
        table.untrack(2)
        table.untrack(2)
        #expect(
            table.diff()
                == #"{"joins":{},"leaves":{"ana":{"metas":[{"phx_ref":"C","n":1}]}}}"#
        )
        #expect(table.book.metaCount == 1)
    }

    @Test("Nobody shows up under a reference of their own making")
    func forged() {
        var table = Table()
        _ = table.track(1, #"{"phx_ref":"X","phx\u005fref_prev":"Y","name":"Ann"}"#)
        #expect(
            table.diff()
                == #"{"joins":{"ana":{"metas":[{"phx_ref":"B","name":"Ann"}]}},"leaves":{}}"#
        )
    }

    @Test("Keys are the same only when their bytes are")
    func exactKeys() {
        var table = Table()
        _ = table.track(1, key: "\u{E9}")
        _ = table.track(2, key: "e\u{301}")
        table.untrack(1)
        #expect(
            table.diff()
                == "{\"joins\":{\"e\u{301}\":{\"metas\":[{\"phx_ref\":\"C\"}]}},\"leaves\":{}}"
        )
    }

    @Test("Over a limit nothing changes: keys, entries of a key, bytes of the topic")
    func limits() {
        var table = Table {
            $0.keyCountMax = 2
            $0.metaCountMax = 2
            $0.topicByteCountMax = 200
        }
        #expect(table.track(1, key: "a") == .joined)
        #expect(table.track(2, key: "a") == .joined)
        #expect(table.track(3, key: "a") == .refused(.tooManyMetas))
        #expect(table.track(4, key: "b") == .joined)
        #expect(table.track(5, key: "c") == .refused(.tooManyKeys))
        let long = #"{"n":"\#(String(repeating: "x", count: 120))"}"#
        #expect(table.track(4, long, key: "b") == .refused(.topicTooLarge))
        table.untrack(2)
        #expect(table.track(6, long, key: "a") == .refused(.topicTooLarge))
        table.untrack(1)
        #expect(table.track(6, long, key: "a") == .joined, "what is gone makes room")
        #expect(table.book.metaCount == 2)
        table.untrack(6)
        #expect(table.track(4, #"{"n":1}"#, key: "b") == .updated)
    }
}
