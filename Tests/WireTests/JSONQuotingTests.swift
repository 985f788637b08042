import Testing

@testable import Wire

@Suite struct JSONQuotingTests {
    @Test(
        "Only what must be escaped is",
        arguments: [
            ("", #""""#), ("trip:42", #""trip:42""#), (#"a"b\c/"#, #""a\"b\\c/""#),
            ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#), ("\u{0}\u{1F}", #""\u0000\u001f""#),
            ("\u{1A}", #""\u001a""#), ("é😀\u{7F}\u{2028}", "\"é😀\u{7F}\u{2028}\""),
        ]
    )
    func escapes(text: String, quoted: String) {
        var bytes: [UInt8] = []
        JSONQuoting.append(text, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == quoted)
        #expect(JSONQuoting.byteCount(of: text) == bytes.count)
        #expect(JSONQuoting.text(bytes, 0..<bytes.count) == text)
    }

    @Test("Every escape is read")
    func reads() {
        let bytes = Array(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00\u0000""#.utf8)
        let text = "\"\\/\u{8}\u{C}\n\r\tAé€😀\u{0}"
        #expect(JSONQuoting.text(bytes, 0..<bytes.count) == text)
    }

    @Test(
        "Reading a random string and writing it again keeps it",
        arguments: 1...50 as ClosedRange<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<20 {
            let written = try #require(JSONText(validating: Array(random.string().utf8)))
            let text = try #require(written.stringValue)
            #expect(JSONText(string: text).stringValue == text, "seed \(seed)")
        }
    }
}
