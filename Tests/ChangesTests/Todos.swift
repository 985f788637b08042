import Topics
import Wire

@testable import Changes

/// A table of the tests, and changes of it.
enum Todos {
    static let columns = [
        PublishedColumn(name: "id", type: "int8", typeOID: 20, isKey: true),
        PublishedColumn(name: "title", type: "text", typeOID: 25, isKey: false),
        PublishedColumn(name: "tags", type: "_text", typeOID: 1_009, isKey: false),
    ]

    static func table(
        _ name: String = "todos",
        oid: UInt32 = 1,
        columns: [PublishedColumn] = columns,
        isRowSecured: Bool = false,
        showsOldRows: Bool = false
    ) -> PublishedTable {
        PublishedTable(
            oid: oid,
            name: TableName(name),
            columns: columns,
            isPartial: false,
            isRowSecured: isRowSecured,
            showsOldRows: showsOldRows,
            operations: Set(ChangedRow.Operation.allCases)
        )
    }

    static func change(
        _ operation: ChangedRow.Operation,
        old: String? = nil,
        new: String? = nil,
        of table: String = "todos"
    ) -> ChangedRow {
        ChangedRow(
            seq: 1,
            transaction: 7,
            table: TableName(table),
            operation: operation,
            key: nil,
            old: old.map { JSONText(trusted: Array($0.utf8)) },
            new: new.map { JSONText(trusted: Array($0.utf8)) },
            readAt: 1_787_307_072_345
        )
    }

    static func member(
        _ channel: UInt64,
        _ bindings: String...,
        role: String = "authenticated",
        sub: String = "a",
        serializer: Serializer = .v2,
        loop: Int = 0,
        topic: String = "realtime:room:7"
    ) throws -> ChangeMember {
        ChangeMember(
            address: ChangeMember.Address(loop: loop, channel: channel),
            topic: topic,
            serializer: serializer,
            caller: Caller(role: role, claims: #"{"sub":"\#(sub)"}"#),
            bindings: try bindings.map { text in
                let json = JSONText(trusted: Array(text.utf8))
                return (id: JoinResponse.id(of: json), binding: try ChangeBinding(parsing: json))
            }
        )
    }

    static func id(_ binding: String) -> Int {
        JoinResponse.id(of: JSONText(trusted: Array(binding.utf8)))
    }

    /// A register with these tables and members.
    static func register(_ tables: [PublishedTable], _ members: [ChangeMember]) -> ChangeRegister {
        let register = ChangeRegister()
        register.setTables(tables)
        members.forEach(register.add)
        return register
    }

    /// What is sent when every column may be selected and every question is answered with yes.
    static func deliveries(
        _ register: ChangeRegister,
        _ rows: [ChangedRow],
        readable: Set<String>? = nil
    ) -> [ChangeDelivery] {
        let matching = register.match(rows) { oid, _ in
            readable ?? Set(register.tables.first { $0.oid == oid }?.columns.map(\.name) ?? [])
        }
        let answers = matching.questions.map { question in
            RowAnswer(
                isVisible: question.rows.map { _ in true },
                holds: question.filters.map { _ in question.rows.map { _ in true } }
            )
        }
        return matching.deliveries(answers: answers) { _ in nil }
    }
}

extension ChangeDelivery {
    /// The message's text; these are short enough for one frame.
    var text: String {
        let bytes = message.first.bytes
        let header = bytes[1] == 126 ? 4 : bytes[1] == 127 ? 10 : 2
        return String(decoding: bytes.dropFirst(header), as: UTF8.self)
    }
}
