import Testing
import Topics

@Suite struct SQLTextTests {
    @Test(
        "A name is quoted so that it means itself",
        arguments: [
            ("trips", "\"trips\""),
            ("Trips", "\"Trips\""),
            ("", "\"\""),
            ("a\"b", "\"a\"\"b\""),
            ("\"; drop table trips; --", "\"\"\"; drop table trips; --\""),
            ("a\\\"b", "\"a\\\"\"b\""),
            ("a.b", "\"a.b\""),
            ("a'b", "\"a'b\""),
            ("tab\tline\n", "\"tab\tline\n\""),
            ("a\0b", "\"a\u{FFFD}b\""),
        ]
    )
    func identifier(name: String, quoted: String) {
        #expect(SQLText.identifier(name) == quoted)
    }

    @Test(
        "A text is quoted whatever standard_conforming_strings says",
        arguments: [
            ("trip:42", "'trip:42'"),
            ("", "''"),
            ("O'Hara", "'O''Hara'"),
            ("'; drop table trips; --", "'''; drop table trips; --'"),
            ("\\", " E'\\\\'"),
            ("\\'", " E'\\\\'''"),
            ("a\"b", "'a\"b'"),
            ("$1 %s", "'$1 %s'"),
            ("a\0b", "'a\u{FFFD}b'"),
        ]
    )
    func literal(text: String, quoted: String) {
        #expect(SQLText.literal(text) == quoted)
    }

    @Test("A mark under a combining accent is doubled all the same")
    func combining() {
        #expect(Array(SQLText.literal("'\u{301}").utf8) == Array("'''\u{301}'".utf8))
        #expect(Array(SQLText.identifier("\"\u{301}").utf8) == Array("\"\"\"\u{301}\"".utf8))
        #expect(Array(SQLText.literal("\\\u{301}").utf8) == Array(" E'\\\\\u{301}'".utf8))
        #expect(Array(SQLText.literal("\u{200D}'\u{200D}").utf8).filter { $0 == 0x27 }.count == 4)
    }

    @Test("A schema and a name are quoted apart")
    func schema() {
        #expect(SQLText.identifier(schema: "a.b", name: "c\"") == "\"a.b\".\"c\"\"\"")
    }

    @Test("A body's quotes are not in the body")
    func body() {
        #expect(SQLText.body("begin end") == "$waypost$\nbegin end\n$waypost$")
        let hostile = "$waypost$ $waypost1$ $waypost2$\u{301}"
        #expect(SQLText.body(hostile) == "$waypost3$\n\(hostile)\n$waypost3$")
    }
}
