import Testing

@testable import Wire

@Suite struct JSONTextMembersTests {
    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    @Test("Members that stay are kept word for word, in their order")
    func kept() {
        let row = json(#"{"id": 1.00, "secret": {"a":[1,2]}, "na\u006de": "é\n", "x":null}"#)
        #expect(
            row.keepingMembers { $0 != "secret" }.text == #"{"id":1.00,"na\u006de":"é\n","x":null}"#
        )
        #expect(row.keepingMembers { $0 == "name" }.text == #"{"na\u006de":"é\n"}"#)
        #expect(row.keepingMembers { _ in false }.text == "{}")
    }

    @Test("What is no object stays, and half an object shows nothing")
    func other() {
        #expect(json("null").keepingMembers { _ in false } == .null)
        #expect(json("[1]").keepingMembers { _ in false }.text == "[1]")
        #expect(json(#"{"a":1"#).keepingMembers { _ in true } == .emptyObject)
        #expect(json(#"{"a":1"#).changingMembers(["a"]) { $0 } == .emptyObject)
    }

    @Test("Only the named members change")
    func changed() {
        let payload = json(#"{"id":"x","record":{"a":1},"old_record":null}"#)
        let changed = payload.changingMembers(["record", "old_record"]) { value in
            value.isNull ? value : .emptyObject
        }
        #expect(changed.text == #"{"id":"x","record":{},"old_record":null}"#)
        #expect(json("7").changingMembers(["a"]) { $0 }.text == "7")
    }

    @Test("The keys come in the order written, without their escapes")
    func keys() {
        #expect(json(#"{"b":1,"\u0061":{"c":2}}"#).memberKeys == ["b", "a"])
        #expect(json("[]").memberKeys == [])
    }
}
