import Testing

@testable import Wire

@Suite struct JSONScannerTests {
    private func scan(_ bytes: [UInt8]) throws(MalformedJSON) -> Int {
        try JSONScanner.endOfValue(bytes.span, from: 0)
    }

    private func scan(_ text: String) throws(MalformedJSON) -> Int {
        try scan(Array(text.utf8))
    }

    @Test(
        "A value ends where the grammar says",
        arguments: [
            ("0", 1), ("-0", 2), ("01", 1), ("1.50e+10,", 8), ("-12E-3]", 6), ("true,", 4),
            ("false", 5), ("null ", 4), ("\"\"", 2), (#""a\"b" "#, 6), (#""\ud83d\ude00""#, 14),
            ("[]", 2), ("[ ]", 3), ("{}x", 2), ("{ }", 3), ("[1, 2 ,3] ,", 9),
            (#"{"a":{"b":[{}]}}]"#, 16), (#"{"a" : 1 , "a" : 2 }"#, 20), ("\"é€😀\"", 11),
        ]
    )
    func ends(text: String, end: Int) throws {
        #expect(try scan(text) == end)
    }

    @Test(
        "What is no JSON is refused at its first wrong byte",
        arguments: [
            ("", .endsEarly), ("[", .endsEarly), ("{", .endsEarly), ("[1", .endsEarly),
            ("[1,", .endsEarly), (#"{"a"#, .endsEarly), (#"{"a""#, .endsEarly),
            (#"{"a":"#, .endsEarly), ("\"a", .endsEarly), ("\"\\", .endsEarly),
            ("tru", .endsEarly), ("-", .endsEarly), ("1.", .endsEarly), ("1e", .endsEarly),
            ("1e+", .endsEarly), (#""\u12"#, .endsEarly), ("+1", .unexpectedByte(offset: 0)),
            (".5", .unexpectedByte(offset: 0)), ("-a", .unexpectedByte(offset: 1)),
            ("1.x", .unexpectedByte(offset: 2)), ("1ex", .unexpectedByte(offset: 2)),
            ("nul!", .unexpectedByte(offset: 3)), ("NaN", .unexpectedByte(offset: 0)),
            ("[1 2]", .unexpectedByte(offset: 3)), ("[1,]", .unexpectedByte(offset: 3)),
            ("[,1]", .unexpectedByte(offset: 1)), ("[1}", .unexpectedByte(offset: 2)),
            (#"{"a":1]"#, .unexpectedByte(offset: 6)), (#"{"a":1,}"#, .unexpectedByte(offset: 7)),
            (#"{"a" 1}"#, .unexpectedByte(offset: 5)), ("{a:1}", .unexpectedByte(offset: 1)),
            ("{1:1}", .unexpectedByte(offset: 1)), ("'a'", .unexpectedByte(offset: 0)),
            ("\"a\nb\"", .controlByte(offset: 2)), ("\"\u{0}\"", .controlByte(offset: 1)),
            (#""\x""#, .invalidEscape(offset: 1)), (#""\u12g4""#, .invalidEscape(offset: 5)),
            (#""\ud800""#, .loneSurrogate(offset: 1)), (#""\udc00x""#, .loneSurrogate(offset: 1)),
            (#""\udc00\udc00""#, .loneSurrogate(offset: 1)),
            ("\"\u{1F}\"", .controlByte(offset: 1)),
            (#""\ud800\u0041""#, .loneSurrogate(offset: 1)),
            (#""\ud800\ud800""#, .loneSurrogate(offset: 1)),
            ("\u{0}", .unexpectedByte(offset: 0)), ("\u{FEFF}1", .unexpectedByte(offset: 0)),
        ] as [(String, MalformedJSON)]
    )
    func refused(text: String, error: MalformedJSON) {
        #expect(throws: error) { try scan(text) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused wherever they stand in a string",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80],
            [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: MalformedJSON.invalidUTF8(offset: 2)) {
            try scan([0x22, 0x61] + bytes + [0x22])
        }
        #expect(throws: MalformedJSON.invalidUTF8(offset: 2)) { try scan([0x22, 0x61] + bytes) }
    }

    @Test("Sixty-four levels are taken and the sixty-fifth is refused where it opens")
    func depth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try scan(deep) == 128)
        let mixed = String(repeating: #"{"a":["#, count: 32) + String(repeating: "]}", count: 32)
        #expect(try scan(mixed) == mixed.utf8.count)
        #expect(throws: MalformedJSON.tooDeep(offset: 64)) { try scan("[\(deep)]") }
        #expect(throws: MalformedJSON.tooDeep(offset: 2)) {
            try JSONScanner.endOfValue(Array("[[[]]]".utf8).span, from: 0, depthMax: 2)
        }
    }

    @Test("Hostile texts are scanned once and no more", .timeLimit(.minutes(1)))
    func hostile() throws {
        let deep = [UInt8](repeating: 0x5B, count: 100_000)
        #expect(throws: MalformedJSON.tooDeep(offset: 64)) { try scan(deep) }
        let digits = [UInt8](repeating: 0x39, count: 1 << 20)
        #expect(try scan(digits) == digits.count)
        let keys = "{" + String(repeating: #""k":0,"#, count: 100_000) + #""k":1}"#
        #expect(try scan(keys) == keys.utf8.count)
        let backslashes = "\"" + String(repeating: "\\\\", count: 500_000) + "\""
        #expect(try scan(backslashes) == backslashes.utf8.count)
        let open = "[" + String(repeating: "[],", count: 300_000)
        #expect(throws: MalformedJSON.endsEarly) { try scan(open) }
    }

    @Test(
        "Scanner and grammar agree on texts sound and damaged",
        arguments: 1...60 as ClosedRange<UInt64>
    )
    func agreesWithGrammar(seed: UInt64) {
        var random = RandomJSON(seed: seed)
        for _ in 0..<40 {
            let text = random.space() + random.value() + random.space()
            #expect(JSONText(validating: Array(text.utf8)) != nil, "seed \(seed): \(text)")
            let damaged = random.damaged(text)
            #expect(
                (JSONText(validating: damaged) != nil) == NaiveJSON.isValid(damaged),
                "seed \(seed): \(damaged)"
            )
        }
    }
}
