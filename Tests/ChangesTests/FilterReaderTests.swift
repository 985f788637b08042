import Testing

@testable import Changes

@Suite struct FilterReaderTests {
    private func read(_ text: String) throws -> [ChangeFilter] {
        try FilterReader.filters(in: text)
    }

    @Test(
        "One condition is a column, perhaps `not.`, an operator and a value",
        arguments: [
            ("id=eq.5", ChangeFilter(column: "id", comparison: .eq, values: ["5"])),
            (
                "id=not.gte.5",
                ChangeFilter(column: "id", comparison: .gte, values: ["5"], isNegated: true)
            ),
            ("name=eq.", ChangeFilter(column: "name", comparison: .eq, values: [""])),
            (#"name=eq."""#, ChangeFilter(column: "name", comparison: .eq, values: [""])),
            (#"name=eq."a,b""#, ChangeFilter(column: "name", comparison: .eq, values: ["a,b"])),
            (
                #"name=eq."she said \"hi\"""#,
                ChangeFilter(column: "name", comparison: .eq, values: [#"she said "hi""#])
            ),
            (
                #"path=eq."C:\new""#,
                ChangeFilter(column: "path", comparison: .eq, values: ["C:new"])
            ),
            (#"name=eq." a ""#, ChangeFilter(column: "name", comparison: .eq, values: [" a "])),
            (
                #"name=eq."ab"cd"#,
                ChangeFilter(column: "name", comparison: .eq, values: [#""ab"cd"#])
            ),
            (#"name=eq."open"#, ChangeFilter(column: "name", comparison: .eq, values: [#""open"#])),
            ("a=eq.b=eq.c", ChangeFilter(column: "a", comparison: .eq, values: ["b=eq.c"])),
            ("x=like.a.b%", ChangeFilter(column: "x", comparison: .like, values: ["a.b%"])),
            ("id=in.()", ChangeFilter(column: "id", comparison: .in, values: [])),
            (
                "id=in.( 1 , \"2,3\" ,a b )",
                ChangeFilter(column: "id", comparison: .in, values: ["1", "2,3", "a b"])
            ),
            (
                #"id=in.(a\,b,\ c)"#,
                ChangeFilter(column: "id", comparison: .in, values: ["a,b", " c"])
            ),
            ("id=in.(1,null)", ChangeFilter(column: "id", comparison: .in, values: ["1"])),
            (#"id=in.("null")"#, ChangeFilter(column: "id", comparison: .in, values: ["null"])),
            ("id=in.((a),b)", ChangeFilter(column: "id", comparison: .in, values: ["(a)", "b"])),
        ]
    )
    func one(text: String, filter: ChangeFilter) throws {
        #expect(try read(text) == [filter])
    }

    @Test("Commas outside quotes and parentheses separate conditions that all must hold")
    func several() throws {
        #expect(try read("id=gt.0,id=lt.100").map(\.values) == [["0"], ["100"]])
        #expect(try read("a=in.(1,2),b=in.(3)").map(\.values) == [["1", "2"], ["3"]])
        #expect(try read("a=eq.x),b=eq.y),c=eq.z").map(\.values) == [["x)"], ["y)"], ["z"]])
        #expect(try read(#"d=eq.5" tall,id=gt.0"#).map(\.values) == [[#"5" tall"#], ["0"]])
        #expect(try read(#"n=eq."a,b",id=gt.0"#).map(\.values) == [["a,b"], ["0"]])
    }

    @Test("To be none of a list with NULL in it never holds")
    func negatedNull() throws {
        let filter = try #require(try read("id=not.in.(1,NULL)").first)
        #expect(filter == ChangeFilter(column: "id", comparison: .in, values: []))
    }

    @Test("Blank text has no conditions", arguments: ["", "   ", "\t\n"])
    func blank(text: String) throws {
        #expect(try read(text).isEmpty)
    }

    @Test(
        "Broken texts are refused",
        arguments: [
            ",a=eq.1", "a=eq.1,,b=eq.2", "a", "a=", "a=eq", "a=not.eq", "a=in.(1", "a=in.1)",
        ]
    )
    func broken(text: String) {
        #expect(throws: FilterReader.Malformed.self) { try read(text) }
    }

    @Test(
        "Lists that are no array to PostgreSQL are refused",
        arguments: ["1,", ",1", "{1}", #"a"b"#, #""a"#, #"a\"#, "1, ,2", #""a" b"#]
    )
    func brokenLists(inside: String) {
        #expect(throws: FilterReader.Malformed.array("{\(inside)}")) {
            try read("a=in.(\(inside))")
        }
    }

    @Test("More conditions than a hundred are refused")
    func many() throws {
        let conditions = Array(repeating: "a=eq.1", count: 101)
        #expect(throws: FilterReader.Malformed.self) {
            try read(conditions.joined(separator: ","))
        }
        #expect(try read(conditions.dropFirst().joined(separator: ",")).count == 100)
    }
}
