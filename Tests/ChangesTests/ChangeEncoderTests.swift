import Testing
import Topics
import Wire

@testable import Changes

/// Holds what goes to channels to the protocol, byte for byte.
@Suite struct ChangeEncoderTests {
    private let all = #"{"event":"*","schema":"public","table":"todos"}"#
    private let columns =
        #"[{"name":"id","type":"int8"},{"name":"title","type":"text"},{"name":"tags","type":"_text"}]"#

    @Test("An UPDATE shows the row, and of the row before the key alone")
    func update() throws {
        let register = Todos.register([Todos.table()], [try Todos.member(3, all)])
        let change = Todos.change(
            .update,
            old: #"{"id": 4, "title": "a", "tags": ["x"]}"#,
            new: #"{"id": 4, "title": "b", "tags": ["x"]}"#
        )
        let sent = Todos.deliveries(register, [change])

        #expect(sent.map(\.channels) == [[3]])
        #expect(
            sent.map(\.text) == [
                #"[null,null,"realtime:room:7","postgres_changes",{"ids":[\#(Todos.id(all))],"#
                    + #""data":{"schema":"public","table":"todos","type":"UPDATE","#
                    + #""commit_timestamp":"2026-08-21T10:11:12.345Z","columns":\#(columns),"#
                    + #""record":{"id":4,"title":"b","tags":["x"]},"old_record":{"id":4},"#
                    + #""errors":null}}]"#
            ]
        )
    }

    @Test("An INSERT has no old_record, a DELETE no record; the first serializer has its own form")
    func insertAndDelete() throws {
        let member = try Todos.member(3, all, serializer: .v1)
        let register = Todos.register([Todos.table()], [member])
        let row = #"{"id": 4, "title": "a", "tags": null}"#
        let sent = Todos.deliveries(
            register,
            [Todos.change(.insert, new: row), Todos.change(.delete, old: row)]
        )
        func text(_ type: String, _ record: String) -> String {
            #"{"topic":"realtime:room:7","event":"postgres_changes","payload":{"ids":[\#(Todos.id(all))],"#
                + #""data":{"schema":"public","table":"todos","type":"\#(type)","#
                + #""commit_timestamp":"2026-08-21T10:11:12.345Z","columns":\#(columns),"#
                + #"\#(record),"errors":null}},"ref":null}"#
        }
        #expect(
            sent.map(\.text) == [
                text("INSERT", #""record":{"id":4,"title":"a","tags":null}"#),
                text("DELETE", #""old_record":{"id":4}"#),
            ]
        )
    }

    @Test(
        "Old rows are whole with REPLICA IDENTITY FULL, and of deletions under row security never",
        arguments: [
            (ChangedRow.Operation.update, false, true), (.update, true, true),
            (.delete, false, true), (.delete, true, false),
        ]
    )
    func oldRows(operation: ChangedRow.Operation, isSecured: Bool, isWhole: Bool) throws {
        let table = Todos.table(isRowSecured: isSecured, showsOldRows: true)
        let register = Todos.register([table], [try Todos.member(3, all)])
        let row = #"{"id": 4, "title": "a", "tags": null}"#
        let change = Todos.change(operation, old: row, new: operation == .delete ? nil : row)
        let text = try #require(Todos.deliveries(register, [change]).first).text
        let old = isWhole ? #"{"id":4,"title":"a","tags":null}"# : #"{"id":4}"#
        #expect(text.contains(#""old_record":\#(old),"#))
    }

    @Test("Columns that the role may not select are removed, and so are those not asked for")
    func columnRights() throws {
        let some = #"{"schema":"public","table":"todos","select":["tags"]}"#
        let register = Todos.register(
            [Todos.table()],
            [try Todos.member(3, all), try Todos.member(4, some)]
        )
        let change = Todos.change(.insert, new: #"{"id": 4, "title": "b", "tags": []}"#)
        let whole = Todos.deliveries(register, [change])
        #expect(
            whole.first { $0.channels == [4] }?.text.contains(#""record":{"id":4,"tags":[]}"#)
                == true
        )
        let less = Todos.deliveries(register, [change], readable: ["id", "title"])
        #expect(
            less.first { $0.channels == [3] }?.text.contains(#""record":{"id":4,"title":"b"}"#)
                == true
        )
        #expect(
            less.first { $0.channels == [4] }?.text
                .contains(#""columns":[{"name":"id","type":"int8"}],"record":{"id":4},"#) == true
        )
    }

    @Test("Who may not select the key learns that, and nothing of the row")
    func keyUnreadable() throws {
        let register = Todos.register([Todos.table(isRowSecured: true)], [try Todos.member(3, all)])
        let row = #"{"id": 4, "title": "b", "tags": []}"#
        let changes = [Todos.change(.update, old: row, new: row), Todos.change(.insert, new: row)]
        let texts = Todos.deliveries(register, changes, readable: []).map(\.text)
        let head =
            #"[null,null,"realtime:room:7","postgres_changes",{"ids":[\#(Todos.id(all))],"#
            + #""data":{"schema":"public","table":"todos","type":"#
        #expect(
            texts == [
                head
                    + #""UPDATE","commit_timestamp":null,"columns":[],"record":{},"old_record":{},"#
                    + #""errors":["Error 401: Unauthorized"]}}]"#,
                head + #""INSERT","commit_timestamp":null,"columns":[],"record":{},"#
                    + #""errors":["Error 401: Unauthorized"]}}]"#,
            ]
        )
        let gone = Todos.change(.delete, old: row)
        #expect(Todos.deliveries(register, [gone], readable: []).isEmpty)
    }

    @Test("A table without a key shows no row")
    func noKey() throws {
        let columns = [PublishedColumn(name: "n", type: "int4", typeOID: 23, isKey: false)]
        let register = Todos.register([Todos.table(columns: columns)], [try Todos.member(3, all)])
        let text = Todos.deliveries(register, [Todos.change(.insert, new: #"{"n": 1}"#)]).first?
            .text
        #expect(
            text?.contains(#""record":{},"errors":["Error 400: Bad Request, no primary key"]"#)
                == true
        )
    }

    @Test("Of a change over 1 MiB long values are left out")
    func tooLarge() throws {
        let register = Todos.register([Todos.table()], [try Todos.member(3, all)])
        let long = String(repeating: "x", count: 1 << 20)
        let change = Todos.change(.insert, new: #"{"id": 4, "title": "\#(long)", "tags": ["y"]}"#)
        let text = try #require(Todos.deliveries(register, [change]).first).text
        #expect(text.contains(#""columns":\#(columns),"record":{"id":4,"tags":["y"]},"#))
        #expect(text.contains(#""errors":["Error 413: Payload Too Large"]"#))
    }

    @Test("Bytes are their digits, without the mark in front")
    func bytea() throws {
        let columns =
            Todos.columns + [PublishedColumn(name: "raw", type: "bytea", typeOID: 17, isKey: false)]
        let register = Todos.register([Todos.table(columns: columns)], [try Todos.member(3, all)])
        let change = Todos.change(.insert, new: #"{"id": 4, "raw": "\\x00ff"}"#)
        let text = try #require(Todos.deliveries(register, [change]).first).text
        #expect(text.contains(#""record":{"id":4,"raw":"00ff"}"#))
    }

    @Test("The numbers of all bindings that fit come in one message; other columns are another")
    func ids() throws {
        let updates = #"{"event":"UPDATE","schema":"public","table":"todos"}"#
        let four = #"{"event":"*","schema":"public","table":"todos","filter":"id=eq.4"}"#
        let five = #"{"event":"*","schema":"public","table":"todos","filter":"id=eq.5"}"#
        let some = #"{"event":"*","schema":"public","table":"todos","select":["title"]}"#
        let member = try Todos.member(3, updates, some, five, four, all, four)
        let register = Todos.register([Todos.table()], [member])
        let change = Todos.change(.insert, new: #"{"id": 4, "title": "b"}"#)
        let texts = Todos.deliveries(register, [change]).map(\.text)
        try #require(texts.count == 2)
        #expect(texts[0].contains(#"{"ids":[\#(Todos.id(some))],"#))
        #expect(texts[1].contains(#"{"ids":[\#(Todos.id(four)),\#(Todos.id(all))],"#))
    }
}
