import Testing

@testable import Wire

@Suite struct JSONTextEquivalenceTests {
    @Test(
        "Values that mean something else are not equivalent",
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
        "The same value in other words is equivalent",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{ "b" : 2, "a" : 1 }"#), (#"{"a":1,"a":2}"#, #"{"a":2}"#),
            (#""\u0041""#, #""A""#), (#"[{"x":{"p":1,"q":2}}]"#, #"[{"x":{"q":2,"p":1}}]"#),
        ]
    )
    func same(left: String, right: String) {
        #expect(isEquivalent(left, right))
        #expect(isEquivalent(right, left))
    }

    private func isEquivalent(_ left: String, _ right: String) -> Bool {
        JSONText(trusted: Array(left.utf8)).isEquivalent(to: JSONText(trusted: Array(right.utf8)))
    }
}
