import Testing

@testable import Wire

@Suite struct JSONTextOrderTests {
    @Test(
        "Values that mean something else stay apart",
        arguments: [
            ("{}", "[]"), ("1", "1.0"), ("[1,2]", "[2,1]"), (#"{"a":1}"#, #"{"a":1,"b":1}"#),
            (#"{"a":1,"a":2}"#, #"{"a":1}"#), (#""é""#, "\"e\u{301}\""), ("null", "false"),
            (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#),
        ]
    )
    func different(left: String, right: String) {
        #expect(!isEquivalent(left, right))
        #expect(!isEquivalent(right, left))
    }

    @Test(
        "The same value in other words is written in one way",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{ "b" : 2, "a" : 1 }"#), (#"{"a":1,"a":2}"#, #"{"a":2}"#),
            (#""\u0041""#, #""A""#), (#"[{"x":{"p":1,"q":2}}]"#, #"[{"x":{"q":2,"p":1}}]"#),
        ]
    )
    func same(left: String, right: String) {
        #expect(isEquivalent(left, right))
        #expect(isEquivalent(right, left))
    }

    @Test("What is written in one order is valid, means the same and stays as it is")
    func stable() {
        let text = JSONText(
            trusted: Array(#"{"b":[1e2,{"z":"\u000a","a":-0}],"a":{}}"#.utf8)
        )
        let written = text.inOneOrder
        #expect(written.text == #"{"a":{},"b":[1e2,{"a":-0,"z":"\n"}]}"#)
        #expect(JSONText(validating: written.bytes) == written)
        #expect(written.inOneOrder == written)
    }

    private func isEquivalent(_ left: String, _ right: String) -> Bool {
        JSONText(trusted: Array(left.utf8)).inOneOrder
            == JSONText(trusted: Array(right.utf8)).inOneOrder
    }
}
