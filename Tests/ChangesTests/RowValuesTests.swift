import Testing
import Wire

@testable import Changes

@Suite struct RowValuesTests {
    private func value(_ object: String, _ column: String) -> String? {
        RowValues(JSONText(trusted: Array(object.utf8)))[column].map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test(
        "A value is found whatever stands around and in it",
        arguments: [
            (#"{"a": 1, "b": 2}"#, "b", "2"),
            (#"{"a": "x, \"b\": 3", "b": "y z"}"#, "b", #""y z""#),
            (#"{"a": {"b": [1, {"c": "]"}]}, "c": null}"#, "a", #"{"b":[1,{"c":"]"}]}"#),
            (#"{"a": {"b": [1, {"c": "]"}]}, "c": null}"#, "c", "null"),
            (#"{"a\"b": true}"#, #"a"b"#, "true"),
            (#"{"a": "\\", "b": 1.50}"#, "b", "1.50"),
            (#"{"": []}"#, "", "[]"),
        ]
    )
    func found(object: String, column: String, expected: String) {
        #expect(value(object, column) == expected)
    }

    @Test("What is not there is not found")
    func missing() {
        #expect(value("{}", "a") == nil)
        #expect(value(#"{"b": {"a": 1}}"#, "a") == nil)
        #expect(RowValues(nil)["a"] == nil)
    }

    @Test("Values may be nested deeper than what comes from connections")
    func deep() {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(value(#"{"a": \#(deep), "b": 1}"#, "b") == "1")
        #expect(value(#"{"a": \#(deep), "b": 1}"#, "a") == deep)
    }
}
