import Changes
import Testing
import Topics

@Suite struct PublishedTableTests {
    @Test("A table has a key when one of its sent columns is part of it", arguments: [false, true])
    func key(isKey: Bool) {
        let table = PublishedTable(
            oid: 1,
            name: TableName("todos"),
            columns: [PublishedColumn(name: "id", type: "int8", typeOID: 20, isKey: isKey)],
            isPartial: false,
            isRowSecured: true,
            showsOldRows: false,
            operations: [.insert]
        )

        #expect(table.hasKey == isKey)
    }
}
