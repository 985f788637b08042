import Testing

@testable import Wire

@Suite struct JSONFieldsTests {
    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    @Test("The last value under a key counts, however the key is escaped")
    func lastValue() throws {
        let object = json(#"{"a":1,"b":{"a":2},"\u0061": [3] ,"ab":4,"A":5}"#)
        let fields = try #require(JSONFields(object, ["a", "b", "c"]))
        #expect(fields["a"]?.text == "[3]")
        #expect(fields["b"]?.text == #"{"a":2}"#)
        #expect(fields["c"] == nil)
    }

    @Test("What is no object has no fields", arguments: ["[]", "null", #""a""#, "1"])
    func noObject(text: String) {
        #expect(JSONFields(json(text), ["a"]) == nil)
    }

    @Test(
        "Trusted bytes that are no JSON have no fields and do no harm",
        arguments: ["{", "{\"a", "{a}", "{\"a\":1"]
    )
    func broken(text: String) {
        #expect(JSONFields(json(text), ["a"]) == nil)
    }

    @Test("A key that was not looked up cannot be read")
    func unknownKey() async {
        await #expect(processExitsWith: .failure) {
            _ = JSONFields(.emptyObject, ["a"])?["b"]
        }
    }
}
