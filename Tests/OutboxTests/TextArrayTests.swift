import Testing

@testable import Outbox

@Suite struct TextArrayTests {
    @Test(
        "Elements come out as they went in",
        arguments: [
            ("{}", []),
            ("{a}", ["a"]),
            ("{trip:1,user:x}", ["trip:1", "user:x"]),
            (#"{"a,b","c\"d","e\\f","{}",""}"#, ["a,b", "c\"d", "e\\f", "{}", ""]),
            (#"{"NULL",ü}"#, ["NULL", "ü"]),
        ]
    )
    func elements(literal: String, expected: [String]) {
        #expect(TextArray.elements(of: literal) == expected)
    }

    @Test(
        "What is no array of texts is none",
        arguments: ["", "{", "a", "{a", "{NULL}", "{a,}", "{,a}", #"{"a}"#, #"{"a"b}"#, "{{a}}"]
    )
    func malformed(literal: String) {
        #expect(TextArray.elements(of: literal) == nil)
    }
}
