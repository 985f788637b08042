import Testing

@testable import Wire

@Suite struct JSONTextTests {
    @Test("A value is kept as it was written, without the white space around it")
    func verbatim() throws {
        let text = " \n{ \"b\" : 1.00 , \"a\":[ ] , \"b\":12345678901234567890 }\t"
        let value = try #require(JSONText(validating: Array(text.utf8)))
        #expect(value.text == "{ \"b\" : 1.00 , \"a\":[ ] , \"b\":12345678901234567890 }")
    }

    @Test(
        "Nothing but one value is taken",
        arguments: ["", " ", "1 2", "{}]", "nul", "[1,]", "\u{FEFF}1"]
    )
    func refused(text: String) {
        #expect(JSONText(validating: Array(text.utf8)) == nil)
    }

    @Test("Each kind of value is known by its first byte")
    func kinds() {
        #expect(JSONText.null.isNull)
        #expect(JSONText.emptyObject.isObject)
        #expect(JSONText(trusted: Array("[]".utf8)).isArray)
        #expect(JSONText(trusted: Array("-1".utf8)).isNumber)
        #expect(JSONText(trusted: Array("10".utf8)).isNumber)
        #expect(JSONText(string: "null").isString)
        #expect(!JSONText(string: "null").isNull)
        #expect(!JSONText(trusted: Array("true".utf8)).isNumber)
    }

    @Test("A string says what it stands for and other values do not")
    func strings() {
        #expect(JSONText(string: "a\"b").text == #""a\"b""#)
        #expect(JSONText(trusted: Array(#""\u0041""#.utf8)).stringValue == "A")
        #expect(JSONText(trusted: Array("12".utf8)).stringValue == nil)
    }

    @Test("Two ways to write one value are two texts")
    func equality() {
        #expect(JSONText(trusted: Array("1.0".utf8)) != JSONText(trusted: Array("1".utf8)))
        #expect(JSONText(string: "a") == JSONText(trusted: Array(#""a""#.utf8)))
    }
}
