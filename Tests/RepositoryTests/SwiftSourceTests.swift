import Testing

@Suite struct SwiftSourceTests {
    @Test(
        "Code stays, what is in strings and comments does not",
        arguments: [
            ("a // b", "a     "),
            ("a /* b /* c */ d */ e", "a                   e"),
            ("\"a\" + b", "\" \" + b"),
            (#""\"a" + b"#, #""   " + b"#),
            (#""a\(b + "c")d" + e"#, #"" \(b + " ") " + e"#),
            (#""a\(f(g))h""#, #"" \(f(g)) ""#),
            (##"#"a"\(b)"# + c"##, ##"#"      "# + c"##),
            (##"#"a\#(b)c"# + d"##, ##"#" \#(b) "# + d"##),
            ("\"//\" + a", "\"  \" + a"),
            ("\"\"\"\n\"a\" // b\n\"\"\" + c", "\"\"\"\n        \n\"\"\" + c"),
            ("#if a\nb\n#endif", "#if a\nb\n#endif"),
            ("/// a\nb", "     \nb"),
            ("\"a", "\" "),
            ("/* a", "    "),
        ]
    )
    func code(text: String, code: String) {
        #expect(SwiftSource(text).code.joined(separator: "\n") == code)
    }

    @Test("Comments are kept where they stand")
    func comments() {
        let source = SwiftSource("let a = \"// no\" // yes\n/* and\n this */ b")
        #expect(source.comments.map { $0.drop { $0 == " " } } == ["// yes", "/* and", "this */  "])
    }

    @Test("Words and marks come with their lines")
    func words() {
        let words = SwiftWord.all(of: SwiftSource("func a_1(b: Int) // c\n{}"))
        #expect(words.map(\.text) == ["func", "a_1", "(", "b", ":", "Int", ")", "{", "}"])
        #expect(words.map(\.line) == [1, 1, 1, 1, 1, 1, 1, 2, 2])
    }
}
