import LoadScenarios
import Testing

@Suite struct TemplateTests {
    @Test("What is no place stays, braces of JSON and arrays included")
    func others() {
        let texts = [
            "", "{", "}", "{}", "{a", "{Group}", "{ group }", "{other}", "{{}}",
            #"{"a": {"b": 1}}"#,
            "'{1,2}'", "$1 $$ %", "{group-id}", "{gr\u{F6}up}",
        ]
        for text in texts {
            #expect(Template(text).filled(session: 1, group: 2) == text)
        }
    }

    @Test("Places are filled in wherever they stand, within braces of JSON, too")
    func places() {
        let filled = Template(#"{{session}}{group}:{number} {"m": "{mark}", "g": {group}}"#)
            .filled(session: 7, group: 8, number: 9, mark: "~x~")
        #expect(filled == #"{7}8:9 {"m": "~x~", "g": 8}"#)
    }

    @Test("What is filled in is not looked at again")
    func once() {
        #expect(Template("{mark}").filled(session: 1, group: 2, mark: "{group}") == "{group}")
    }

    @Test("UUIDs are those that SQL makes of the number")
    func uuids() {
        let template = Template("{session_uuid} {group_uuid}")
        #expect(
            template.filled(session: 255, group: 9_100_000_001)
                == "10ad0000-0000-4000-8000-0000000000ff 10ad0000-0000-4000-9000-00021e66fb01"
        )
    }
}
