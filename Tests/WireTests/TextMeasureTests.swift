import Testing

@testable import Wire

@Suite struct TextMeasureTests {
    private func measure(_ text: String) throws -> [Int32] {
        let json = try #require(JSONText(validating: Array(text.utf8)))
        let measure = TextMeasure(of: json)
        return [measure.characters, measure.letters, measure.spaces, measure.wide]
    }

    @Test("Neither keys nor numbers nor words count, strings do, however deep")
    func strings() throws {
        #expect(try measure("12") == [0, 0, 0, 0])
        #expect(try measure(#"{"key":true,"other":[1,null,{}],"list":[]}"#) == [0, 0, 0, 0])
        #expect(try measure(#"{"a":"ab 1","b":{"c":{"d":" x"}}}"#) == [6, 3, 2, 0])
        #expect(try measure(#" { "a" : [ "ab" , "c" ] , "b" : "d" } "#) == [4, 4, 0, 0])
    }

    @Test("A character counts once, whatever bytes or escapes it is written with")
    func characters() throws {
        #expect(try measure(#""aä€😀""#) == [4, 2, 0, 2])
        #expect(try measure(#""\u0061\u00e4\ud83d\ude00\n\"\\""#) == [6, 2, 1, 1])
    }

    @Test("Of a list the first and the last element count, and a single one once")
    func lists() throws {
        #expect(try measure(#"["a"]"#) == [1, 1, 0, 0])
        #expect(try measure(#"["a","bb"]"#) == [3, 3, 0, 0])
        #expect(try measure(#"["a","bb","ccc",["d","e","f"]]"#) == [3, 3, 0, 0])
    }

    @Test("Any valid text is measured to its end", arguments: UInt64(1)...200)
    func any(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        let text = random.value(depth: 5)
        let json = try #require(JSONText(validating: Array(text.utf8)))
        let both = try #require(JSONText(validating: Array("{\"a\":\(text),\"b\":\"end\"}".utf8)))
        let rest = TextMeasure(of: both) - TextMeasure(of: json)
        #expect(rest == TextMeasure(of: JSONText(string: "end")))
    }

    @Test("What is no JSON measures something, and does not crash")
    func malformed() {
        for text in ["", "{", "[", "\"", "{\"a\"", "{\"a\":", "[1", "[1,", "{\"a\":1,", "\"\\u12"] {
            _ = TextMeasure(of: JSONText(trusted: Array(text.utf8)))
        }
        for seed in UInt64(1)...2_000 {
            var random = RandomJSON(seed: seed)
            let text = random.value(depth: 4)
            let damaged = JSONText(trusted: random.damaged(text))
            #expect(TextMeasure(of: damaged).characters <= damaged.bytes.count)
        }
    }
}
