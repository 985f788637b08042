import Testing

@testable import Wire

@Suite struct JoinResponseTests {
    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    @Test("Without bindings the list is there and empty")
    func empty() {
        #expect(JoinResponse.json(bindings: []).text == #"{"postgres_changes":[]}"#)
    }

    @Test("Each binding comes back as it was written, with its number added")
    func verbatim() {
        let first = json(#"{ "event":"*", "schema" : "public" }"#)
        let second = json("{ }")
        #expect(
            JoinResponse.json(bindings: [first, second, first]).text
                == #"{"postgres_changes":[{ "event":"*", "schema" : "public" ,"id":"#
                + #"\#(JoinResponse.id(of: first))},{ "id":\#(JoinResponse.id(of: second))},"#
                + #"{ "event":"*", "schema" : "public" ,"id":\#(JoinResponse.id(of: first))}]}"#
        )
    }

    @Test("A number is positive, fits 27 bits, and differs between bindings")
    func numbers() {
        var ids: Set<Int> = []
        for table in 0..<1_000 {
            let id = JoinResponse.id(of: json(#"{"event":"*","table":"t\#(table)"}"#))
            #expect((1..<1 << 27).contains(id))
            ids.insert(id)
        }
        #expect(ids.count > 990)
    }
}
