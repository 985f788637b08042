import Testing

@testable import Changes

@Suite struct LikePatternTests {
    @Test(
        "A pattern fits what LIKE without an escape character fits",
        arguments: [
            ("todos", "todos", true), ("todos", "todo", false), ("todo_", "todos", true),
            ("todo_", "todo", false), ("%", "", true), ("%", "anything", true), ("", "", true),
            ("", "a", false), ("a%b%c", "aXbYc", true), ("a%b%c", "aXbY", false),
            ("%%a", "bba", true), (#"a\_b"#, #"a\xb"#, true), (#"a\_b"#, "a_b", false),
            ("_", "é", true), ("Todos", "todos", false), ("a%", "a", true), ("%a%a%", "a", false),
        ]
    )
    func matches(pattern: String, text: String, fits: Bool) {
        #expect(LikePattern(pattern).matches(text) == fits)
    }

    @Test("A hostile pattern takes no longer than the product of the lengths")
    func hostile() {
        let pattern = LikePattern(String(repeating: "%a", count: 2_000) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 63)))
    }
}
