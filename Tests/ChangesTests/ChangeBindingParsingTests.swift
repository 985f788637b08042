import Changes
import Testing
import Wire

@Suite struct ChangeBindingParsingTests {
    @Test(
        "What cannot be taken is refused in the official words",
        arguments: [
            (#"{"event":"*"}"#, ChangesNotice.tableMissing(#"%{"event" => "*"}"#)),
            ("{}", .tableMissing("%{}")),
            (
                #"{"table":"t","filter":"a=eq.1"}"#,
                .tableMissing(#"%{"filter" => "a=eq.1", "table" => "t"}"#)
            ),
            (
                #"{"schema":"s","filter":"a=eq.1"}"#,
                .tableMissing(#"%{"filter" => "a=eq.1", "schema" => "s"}"#)
            ),
            (
                #"{"schema":1,"table":[true,null]}"#,
                .tableMissing(#"%{"schema" => 1, "table" => [true, nil]}"#)
            ),
            (
                #"{"schema":"s","table":"t","filter":7}"#,
                .tableMissing(#"%{"filter" => 7, "schema" => "s", "table" => "t"}"#)
            ),
            (#"{"event":"*","user_token":"secret"}"#, .tableMissing("<redacted>")),
            (#"{"schema":"s","table":"t","filter":"wrong"}"#, .filterMalformed(#"["wrong"]"#)),
            (#"{"schema":"s","table":"t","filter":"a=eq"}"#, .filterMalformed(#"["eq"]"#)),
            (
                #"{"schema":"s","table":"t","filter":"a=foo.hey"}"#,
                .filterMalformed(#"["foo", "hey"]"#)
            ),
            (
                #"{"schema":"s","table":"t","filter":"a=in.1"}"#,
                .filterMalformed("`in` filter value must be wrapped by parentheses")
            ),
            (
                #"{"schema":"s","table":"t","filter":"a=eq.1,"}"#,
                .filterMalformed("filter must not contain empty segments (check for extra commas)")
            ),
            (#"{"schema":"s","table":"t","select":"id"}"#, .selectMalformed),
            (#"{"schema":"s","table":"*","select":["id"]}"#, .selectOnWildcard),
            (#"{"schema":"s","select":["id"]}"#, .selectOnWildcard),
            (
                #"{"schema":"s","table":"t","filter":"a=in.(1,,2)"}"#,
                .refused(
                    binding: "event: *, schema: s, table: t, filters: [], select: nil",
                    exception: "ERROR 22P02 (invalid_text_representation) "
                        + #"malformed array literal: "{1,,2}""#
                )
            ),
        ]
    )
    func refusals(json: String, notice: ChangesNotice) {
        #expect(throws: notice) { try ChangeBinding(parsing: JSONText(trusted: Array(json.utf8))) }
    }

    @Test(
        "A binding is read as the official libraries write it",
        arguments: [
            (#"{"schema":"s"}"#, "event: *, schema: s, table: *, filters: [], select: nil"),
            (#"{"table":"t"}"#, "event: *, schema: public, table: t, filters: [], select: nil"),
            (
                #"{"event":"insert","schema":"s","table":"t","filter":null}"#,
                "event: INSERT, schema: s, table: t, filters: [], select: nil"
            ),
            (
                #"{"event":"truncate","schema":"*","table":"*","filter":"  "}"#,
                "event: *, schema: *, table: *, filters: [], select: nil"
            ),
            (
                #"{"schema":"s","table":"t","select":["id",4,"name"]}"#,
                #"event: *, schema: s, table: t, filters: [], select: ["id", "name"]"#
            ),
            (
                #"{"schema":"s","table":"t","select":[]}"#,
                "event: *, schema: s, table: t, filters: [], select: nil"
            ),
            (
                #"{"schema":"s","table":"t","filter":"a=eq.1, b=not.in.(x,\"y,z\")"}"#,
                #"event: *, schema: s, table: t, filters: [{"a", "eq", "1", false}, {"b", "in", "{x,\"y,z\"}", true}], select: nil"#
            ),
        ]
    )
    func bindings(json: String, inspected: String) throws {
        let binding = try ChangeBinding(parsing: JSONText(trusted: Array(json.utf8)))
        #expect(binding.inspected == inspected)
    }

    @Test("A list of more than 100 values is refused as the database would")
    func longList() {
        let values = (0...100).map(String.init).joined(separator: ",")
        let json = #"{"schema":"s","table":"t","filter":"a=in.(\#(values))"}"#
        let notice = #expect(throws: ChangesNotice.self) {
            try ChangeBinding(parsing: JSONText(trusted: Array(json.utf8)))
        }
        let end = "ERROR P0001 (raise_exception) too many values for `in` filter. Maximum 100"
        #expect(notice?.message.hasSuffix(end) == true)
    }
}
