import Testing
import Topics

@Suite struct TopicNameTests {
    @Test("An empty name is refused")
    func empty() {
        #expect(throws: TopicName.Malformed.empty) { try TopicName("") }
        #expect(throws: TopicName.Malformed.empty) { try TopicName(wireText: "realtime:") }
    }

    @Test("A name may have 1,024 bytes and not one more")
    func tooLong() throws {
        let longest = String(repeating: "x", count: TopicName.byteCountMax)
        #expect(try TopicName(longest).text == longest)
        #expect(throws: TopicName.Malformed.tooLong(byteCount: 1_025)) {
            try TopicName(longest + "x")
        }
        #expect(throws: TopicName.Malformed.tooLong(byteCount: 1_026)) {
            try TopicName(String(repeating: "é", count: 513))
        }
    }

    @Test("A NUL, which would cut the name off in the database, is refused")
    func nul() {
        #expect(throws: TopicName.Malformed.nul) { try TopicName("trip:1\u{0}2") }
    }

    @Test(
        "A wire topic without the prefix is refused",
        arguments: ["", "trip:42", "Realtime:trip:42", "realtime", "phoenix", " realtime:trip:42"]
    )
    func prefixMissing(wireText: String) {
        #expect(throws: TopicName.Malformed.prefixMissing) { try TopicName(wireText: wireText) }
    }

    @Test(
        "A name survives the way to the wire and back",
        arguments: [
            "trip:42", "realtime:trip", ":", " ", "\u{301}", "e\u{301}", "🧳:🗺️", "a\"b\\c\n",
        ]
    )
    func wire(text: String) throws {
        let name = try TopicName(text)
        let again = try TopicName(wireText: name.wireText)
        #expect(again == name)
        #expect(Array(again.text.utf8) == Array(text.utf8))
    }

    @Test("Two spellings of one letter are two names")
    func spellings() throws {
        let composed = try TopicName("caf\u{e9}")
        let decomposed = try TopicName("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }
}
