import Testing

@testable import Wire

@Suite struct JSONTests {
    private func parse(_ text: String) throws(MalformedJSON) -> JSON {
        try JSON(parsing: Array(text.utf8))
    }

    @Test("Every kind of value finds its place in the tree")
    func kinds() throws {
        let tree = try parse(#" {"a":[1.50,-2e9,"x\n",true,false,null],"b":{},"a":7} "#)
        #expect(tree.objectValue?.count == 3)
        #expect(tree["a"]?.integerValue == 7)
        #expect(tree["b"] == .object([]))
        #expect(tree["c"] == nil)
        let first = try #require(tree.objectValue?.first)
        #expect(first.key == "a")
        #expect(
            first.value.arrayValue
                == [
                    .number("1.50"), .number("-2e9"), .string("x\n"), .bool(true), .bool(false),
                    .null,
                ]
        )
        #expect(tree.stringValue == nil)
        #expect(JSON.bool(true).boolValue == true)
        #expect(JSON.string("s").stringValue == "s")
        #expect(JSON.number("1.5").integerValue == nil)
        #expect(JSON.null["a"] == nil)
    }

    @Test("Text that is no JSON, or too deep, makes no tree")
    func refused() {
        #expect(throws: MalformedJSON.unexpectedByte(offset: 2)) { try parse("1 2") }
        #expect(throws: MalformedJSON.endsEarly) { try parse("") }
        #expect(throws: MalformedJSON.endsEarly) { try parse("  [1,{") }
        #expect(throws: MalformedJSON.tooDeep(offset: 1)) {
            try JSON(parsing: Array("[[]]".utf8), depthMax: 1)
        }
        #expect(throws: MalformedJSON.tooDeep(offset: 64)) {
            try parse(String(repeating: "[", count: 100_000))
        }
    }

    @Test(
        "A tree written and parsed again is the same tree",
        arguments: 1...60 as ClosedRange<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<30 {
            let tree = try parse(random.value(depth: 8))
            #expect(try JSON(parsing: tree.text.bytes) == tree, "seed \(seed)")
            #expect(NaiveJSON.isValid(tree.text.bytes), "seed \(seed)")
        }
    }
}
