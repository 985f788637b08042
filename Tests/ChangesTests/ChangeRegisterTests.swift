import TestSupport
import Testing
import Topics
import Wire

@testable import Changes

@Suite struct ChangeRegisterTests {
    private func binding(_ filter: String, table: String = "todos") -> String {
        #"{"event":"*","schema":"public","table":"\#(table)","filter":"\#(filter)"}"#
    }

    private func row(_ id: Int, title: String = "b") -> ChangedRow {
        Todos.change(.insert, new: #"{"id": \#(id), "title": "\#(title)", "tags": []}"#)
    }

    @Test("Who has left gets nothing, and nobody wants the table any more")
    func removed() throws {
        let register = Todos.register([Todos.table()], [try Todos.member(3, binding("id=eq.4"))])
        #expect(register.wantedTables == [TableName("todos")])
        #expect(register.bindingCount == 1)
        register.remove(ChangeMember.Address(loop: 0, channel: 3))
        register.remove(ChangeMember.Address(loop: 0, channel: 3))
        #expect(Todos.deliveries(register, [row(4)]).isEmpty)
        #expect(register.wantedTables.isEmpty)
        #expect(register.bindingCount == 0)
        #expect(register.memberCount == 0)
    }

    @Test("What a channel wants anew takes the place of what it wanted")
    func replaced() throws {
        let register = Todos.register([Todos.table()], [try Todos.member(3, binding("id=eq.4"))])
        register.add(try Todos.member(3, binding("id=eq.5"), sub: "b"))
        #expect(Todos.deliveries(register, [row(4)]).isEmpty)
        #expect(Todos.deliveries(register, [row(5)]).map(\.channels) == [[3]])
        #expect(register.memberCount == 1)
    }

    @Test("Tables that are published later are found by patterns, and those that go are forgotten")
    func newTables() throws {
        let pattern = #"{"schema":"public","table":"to%"}"#
        let register = Todos.register([], [try Todos.member(3, pattern)])
        #expect(register.wantedTables.isEmpty)
        register.setTables([Todos.table(), Todos.table("other", oid: 2)])
        #expect(register.wantedTables == [TableName("todos")])
        #expect(Todos.deliveries(register, [row(4)]).count == 1)
        register.setTables([Todos.table("other", oid: 2)])
        #expect(Todos.deliveries(register, [row(4)]).isEmpty)
        #expect(register.bindingCount == 0)
    }

    @Test("Kinds of change that the publication leaves out reach nobody")
    func operations() throws {
        let table = PublishedTable(
            oid: 1,
            name: TableName("todos"),
            columns: Todos.columns,
            isPartial: false,
            isRowSecured: false,
            showsOldRows: false,
            operations: [.delete]
        )
        let register = Todos.register([table], [try Todos.member(3, binding("id=eq.4"))])
        #expect(Todos.deliveries(register, [row(4)]).isEmpty)
        let gone = Todos.change(.delete, old: #"{"id": 4}"#)
        #expect(Todos.deliveries(register, [gone]).count == 1)
    }

    @Test("Conditions on a DELETE are tried on the key, unless old rows are whole")
    func deleteConditions() throws {
        let gone = Todos.change(.delete, old: #"{"id": 4, "title": "a"}"#)
        for isWhole in [false, true] {
            let register = Todos.register(
                [Todos.table(showsOldRows: isWhole)],
                [
                    try Todos.member(3, binding("id=eq.4")),
                    try Todos.member(4, binding("title=eq.a")),
                ]
            )
            let channels = Todos.deliveries(register, [gone]).flatMap(\.channels)
            #expect(Set(channels) == (isWhole ? [3, 4] : [3]))
        }
    }

    @Test("Ten thousand bindings on single rows cost one look-up for each change")
    func manySingles() throws {
        let register = Todos.register([Todos.table()], [])
        for id in 0..<10_000 {
            register.add(try Todos.member(UInt64(id), binding("id=eq.\(id)"), sub: "\(id)"))
        }
        let index = TableIndex(Todos.table())
        var evaluations = 0
        for id in 0..<10_000 {
            let member = try Todos.member(UInt64(id), binding("id=eq.\(id)"))
            let choice = TableIndex.Choice(place: 0, id: 1, columns: nil)
            index.add(member.address, member.bindings[0].binding, choice)
        }
        let groups = index.groups(for: .insert) { column in
            evaluations += 1
            return column == "id" ? ArraySlice("77".utf8) : nil
        }
        #expect(groups.count == 1)
        #expect(evaluations == 2)
        #expect(Todos.deliveries(register, [row(77)]).map(\.channels) == [[77]])
    }

    @Test("The index finds what trying every binding finds", arguments: seeds(40))
    func model(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let register = Todos.register([Todos.table()], [])
        var members: [UInt64: [(ChangedRow.Operation?, [ChangeFilter])]] = [:]
        func condition() -> String {
            let id = Int.random(in: 0..<4, using: &generator)
            return [
                "id=eq.\(id)", "id=in.(\(id),1)", "id=not.eq.\(id)", "id=gt.\(id)",
                "title=eq.t\(id)", "title=is.null", "title=not.in.(t1,t\(id))",
                "title=isdistinct.t\(id)",
            ].randomElement(using: &generator) ?? ""
        }
        for _ in 0..<120 {
            let channel = UInt64.random(in: 0..<20, using: &generator)
            if Bool.random(using: &generator) {
                let bindings = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    let event = ["*", "INSERT", "UPDATE"].randomElement(using: &generator) ?? ""
                    let filter = (0..<Int.random(in: 0...2, using: &generator))
                        .map { _ in condition() }.joined(separator: ",")
                    return
                        #"{"event":"\#(event)","schema":"public","table":"todos","filter":"\#(filter)"}"#
                }
                let parsed = try bindings.map { text in
                    try ChangeBinding(parsing: JSONText(trusted: Array(text.utf8)))
                }
                register.add(
                    ChangeMember(
                        address: ChangeMember.Address(loop: 0, channel: channel),
                        topic: "realtime:a",
                        serializer: .v2,
                        caller: Caller(role: "anon", claims: "{}"),
                        bindings: Array(zip(bindings.map(Todos.id), parsed))
                    )
                )
                members[channel] = parsed.map { ($0.operation, $0.filters) }
            } else {
                register.remove(ChangeMember.Address(loop: 0, channel: channel))
                members[channel] = nil
            }
            let id = Int.random(in: 0..<4, using: &generator)
            let title = Bool.random(using: &generator) ? "null" : #""t\#(id)""#
            let new = #"{"id": \#(id), "title": \#(title)}"#
            let operation: ChangedRow.Operation = Bool.random(using: &generator) ? .insert : .update
            let change = Todos.change(operation, old: new, new: new)
            let values = RowValues(change.new)
            let expected = members.filter { _, bindings in
                bindings.contains { wanted, filters in
                    (wanted == nil || wanted == operation)
                        && filters.allSatisfy { filter in
                            let type: UInt32 = filter.column == "id" ? 20 : 25
                            return FilterTest(filter, type: type).finding(values[filter.column])
                                == .holds
                        }
                }
            }
            let sent = Todos.deliveries(register, [change]).flatMap(\.channels)
            #expect(sent.count == Set(sent).count)
            #expect(Set(sent) == Set(expected.keys))
        }
    }
}
