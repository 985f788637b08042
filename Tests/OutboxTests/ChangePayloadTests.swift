import Testing

@testable import Outbox

@Suite struct ChangePayloadTests {
    @Test("The rows stand in the payload as PostgreSQL wrote them")
    func spliced() {
        let relation = OutboxMessage.Relation(
            schema: "public",
            table: "todos",
            operation: .update,
            key: Array(#"{"id": 1}"#.utf8),
            old: Array(#"{"id": 1, "n": 1.10}"#.utf8),
            new: Array(#"{"id": 1, "n": 2.00}"#.utf8),
            isPublished: true
        )
        let json = String(decoding: ChangePayload.json(id: "x", relation), as: UTF8.self)
        #expect(
            json == """
                {"id":"x","operation":"UPDATE","schema":"public","table":"todos",\
                "record":{"id": 1, "n": 2.00},"old_record":{"id": 1, "n": 1.10}}
                """
        )
    }

    @Test("A row that only moved away is told apart from one that is gone")
    func moved() {
        let relation = OutboxMessage.Relation(
            schema: "public",
            table: "todos",
            operation: .delete,
            key: Array(#"{"id": 1}"#.utf8),
            old: Array(#"{"id": 1}"#.utf8),
            new: nil,
            isPublished: false,
            isMoved: true
        )
        let json = String(decoding: ChangePayload.json(id: "x", relation), as: UTF8.self)
        #expect(
            json == #"{"id":"x","operation":"DELETE","schema":"public","table":"todos","#
                + #""record":null,"old_record":{"id": 1},"moved":true}"#
        )
    }

    @Test("A row that is not there is null, and odd names are quoted")
    func quoted() {
        let relation = OutboxMessage.Relation(
            schema: "a\"b",
            table: "c\\d\u{1}",
            operation: .truncate,
            key: nil,
            old: nil,
            new: nil,
            isPublished: false
        )
        let json = String(decoding: ChangePayload.json(id: "x", relation), as: UTF8.self)
        #expect(
            json == #"{"id":"x","operation":"TRUNCATE","schema":"a\"b","table":"c\\d\u0001","#
                + #""record":null,"old_record":null}"#
        )
    }
}
