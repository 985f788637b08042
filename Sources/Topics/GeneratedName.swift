/// The name of a generated function: of the table's two names, so that people find it; with their
/// hash where the two would not tell one table from another.
struct GeneratedName {
    /// The name, not quoted.
    let plain: String

    /// The name, quoted, with schema `realtime`.
    var sql: String { SQLText.identifier(schema: "realtime", name: plain) }

    init(_ purpose: String, of table: TableName) {
        let name = "\(purpose)_\(table.schema)_\(table.name)"
        let isTelling = !table.schema.utf8.contains(UInt8(ascii: "_"))
        guard !isTelling || name.utf8.count > ChangeTriggerPlan.nameByteCountMax else {
            plain = name
            return
        }
        let suffix = "_" + Self.hash(Array(table.schema.utf8) + [0] + Array(table.name.utf8))
        var kept = name
        while kept.utf8.count + suffix.utf8.count > ChangeTriggerPlan.nameByteCountMax {
            kept.unicodeScalars.removeLast()
        }
        plain = kept + suffix
    }

    /// FNV-1a, 64 bits, in hexadecimal digits.
    static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
