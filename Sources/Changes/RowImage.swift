import Topics
import Wire

/// A change with its values cut apart, and what of them may be shown.
final class RowImage {
    let row: ChangedRow
    let table: PublishedTable

    /// Whether the change is too long to be shown whole.
    let isTooLarge: Bool

    private let keys: Set<ExactText>
    private lazy var new = RowValues(row.new)
    private lazy var old = RowValues(row.old ?? row.key)

    /// Bytes of a change beyond which its long values are left out: 1 MiB.
    static let byteCountMax = 1 << 20

    /// Bytes that a value may have then.
    static let shortByteCountMax = 64

    init(_ row: ChangedRow, of table: PublishedTable) {
        self.row = row
        self.table = table
        keys = Set(table.columns.lazy.filter(\.isKey).map { ExactText($0.name) })
        let byteCount = (row.new?.bytes.count ?? 0) + (row.old?.bytes.count ?? 0)
        isTooLarge = byteCount > Self.byteCountMax
    }

    /// The value that a condition is about: after the change, or what a DELETE tells of the row.
    func condition(on column: String) -> ArraySlice<UInt8>? {
        guard row.operation == .delete else { return new[column] }
        return table.showsOldRows || keys.contains(ExactText(column)) ? old[column] : nil
    }

    /// The values after the change of some columns, as an object.
    func record(_ columns: [PublishedColumn]) -> [UInt8] { object(columns, new) }

    /// The values before the change that may be shown: the key alone, unless the table's replica
    /// identity is the whole row and, for a DELETE, nobody is kept from rows.
    func oldRecord(_ columns: [PublishedColumn]) -> [UInt8] {
        let isWhole =
            table.showsOldRows && !(row.operation == .delete && table.isRowSecured)
        return object(isWhole ? columns : columns.filter(\.isKey), old)
    }

    private func object(_ columns: [PublishedColumn], _ values: RowValues) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for column in columns {
            guard let value = values[column.name] else { continue }
            if isTooLarge, value.count > Self.shortByteCountMax { continue }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: JSONText(string: column.name).bytes)
            bytes.append(UInt8(ascii: ":"))
            Self.append(value, of: column, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Bytes are shown as their digits alone.
    private static func append(
        _ value: ArraySlice<UInt8>,
        of column: PublishedColumn,
        to bytes: inout [UInt8]
    ) {
        let mark = Array(#""\\x"#.utf8)
        if column.typeOID == TypeOID.bytea, value.starts(with: mark) {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: value.dropFirst(mark.count))
        } else {
            bytes.append(contentsOf: value)
        }
    }
}
