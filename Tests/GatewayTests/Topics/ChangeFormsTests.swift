import Hub
import Outbox
import Testing
import Topics
import Wire

@testable import Gateway

@Suite struct ChangeFormsTests {
    private static let place = SourcePlace(file: "board.yaml", line: 1)

    static func family(_ changes: [(String, FamilyColumns)]) -> TopicFamily {
        TopicFamily(
            pattern: TopicPattern(family: "board", parameters: [.init(name: "id", type: .bigint)]),
            members: MemberRules(read: RuleExpression("true", at: place), write: nil),
            changes: changes.map { table, columns in
                FamilyChange(
                    table: TableName(table),
                    key: [ColumnPath("id")],
                    operations: [.insert, .update],
                    columns: columns,
                    at: place
                )
            },
            at: place
        )
    }

    static func relation(
        _ table: String = "boards",
        _ operation: OutboxMessage.Operation = .update
    ) -> OutboxMessage.Relation {
        OutboxMessage.Relation(
            schema: "public",
            table: table,
            operation: operation,
            key: Array(#"{"id":1}"#.utf8),
            old: Array(#"{"id":1,"name":"a","budget":5}"#.utf8),
            new: Array(#"{"id":1,"name":"b","budget":7}"#.utf8),
            isPublished: true
        )
    }

    static func message(_ relation: OutboxMessage.Relation) -> OutboxMessage {
        let (old, new) = (relation.old ?? [], relation.new ?? [])
        let rows = (String(decoding: new, as: UTF8.self), String(decoding: old, as: UTF8.self))
        return OutboxMessage(
            seq: 1,
            id: "x",
            topics: [name("board:1")],
            isPrivate: true,
            name: relation.operation.rawValue,
            payload: .json(
                Array(#"{"id":"x","record":\#(rows.0),"old_record":\#(rows.1)}"#.utf8)
            ),
            relation: relation,
            transaction: 9
        )
    }

    static func name(_ text: String) -> TopicName {
        guard let name = try? TopicName(text) else { preconditionFailure("no topic: \(text)") }
        return name
    }

    private func text(_ shown: ChangeForms.Shown) -> String {
        guard case .json(let json) = Self.message(Self.relation()).content(shown) else { return "" }
        return json.text
    }

    @Test("A table or an operation that the file does not name has no form")
    func notCarried() {
        let family = Self.family([("boards", .same(.all))])
        #expect(ChangeForms.forms(of: Self.relation("other"), on: family).isEmpty)
        #expect(ChangeForms.forms(of: Self.relation("boards", .delete), on: family).isEmpty)
        #expect(ChangeForms.forms(of: Self.relation("boards", .truncate), on: family).isEmpty)
        #expect(ChangeForms.forms(of: Self.relation("boards", .insert), on: family).count == 1)
    }

    @Test("Without a file, and for what is no change, everything is shown to everybody")
    func whole() {
        let everything = [ChangeForms.Form(audience: nil, shown: .everything)]
        #expect(ChangeForms.forms(of: Self.relation(), on: nil) == everything)
        #expect(ChangeForms.forms(of: nil, on: Self.family([])) == everything)
        let family = Self.family([("boards", .same(.all))])
        #expect(ChangeForms.forms(of: Self.relation(), on: family) == everything)
    }

    @Test("Columns that other families had written to the outbox are not shown")
    func columns() {
        let family = Self.family([("boards", .same(.except(["budget"])))])
        let forms = ChangeForms.forms(of: Self.relation(), on: family)
        #expect(forms == [.init(audience: nil, shown: .columns(.except(["budget"])))])
        #expect(
            text(.columns(.except(["budget"])))
                == #"{"id":"x","record":{"id":1,"name":"b"},"old_record":{"id":1,"name":"a"}}"#
        )
        #expect(
            text(.columns(.only(["budget"])))
                == #"{"id":"x","record":{"budget":7},"old_record":{"budget":5}}"#
        )
        #expect(text(.everything).contains("budget"))
        #expect(text(.key) == #"{"id":"x","record":{"id":1},"old_record":{"id":1}}"#)
    }

    @Test("Classes that see the same share a form, and who is in none sees the key")
    func classes() {
        let family = Self.family([
            (
                "boards",
                .byClass([
                    "viewer": .only(["id"]), "editor": .all, "owner": .all,
                ])
            )
        ])
        let forms = ChangeForms.forms(of: Self.relation(), on: family)
        #expect(forms.count == 3)
        func shown(_ readerClass: String?) -> ChangeForms.Shown? {
            let meant = forms.filter { $0.audience?.contains(readerClass) == true }
            #expect(meant.count == 1)
            let asked = ChangeForms.shown(of: Self.relation(), on: family, to: readerClass)
            #expect(asked == meant.first?.shown)
            return asked
        }
        #expect(shown("editor") == .everything)
        #expect(shown("owner") == .everything)
        #expect(shown("viewer") == .columns(.only(["id"])))
        #expect(shown("guest") == .key)
        #expect(shown(nil) == .key)
        #expect(ChangeForms.shown(of: Self.relation("other"), on: family, to: "editor") == nil)
    }
}
