internal import Topics

/// The row that rules are asked about, as SQL: what the probe's row would hold, without writing it.
///
/// It stands under the table's own name, so that expressions taken from the catalog mean this row.
struct SyntheticRow {
    let columns: [MessageColumn]

    /// Writes the row as an entry of a FROM list.
    ///
    /// - Parameters:
    ///   - expression: The rule that is asked; columns it cannot mean are left out.
    ///   - topic: The topic, as an SQL expression.
    ///   - extensionSQL: The extension, as an SQL expression.
    /// - Returns: The entries of a FROM list, of which one is called `messages`.
    func from(for expression: String, topic: String, extension extensionSQL: String) -> String {
        let isWhole = Self.meansWholeRow(expression)
        let isMeant: (MessageColumn) -> Bool = {
            // A name that has to be escaped may look different in the expression.
            isWhole || Self.mentions(expression, $0.name) || $0.name.contains("\"")
        }
        let values = columns.filter(isMeant).map {
            "\(value(of: $0, topic, extensionSQL)) AS \(SQLText.identifier($0.name))"
        }
        let system = Self.systemColumns.filter { Self.mentions(expression, $0.name) }.map {
            "\($0.value) AS \($0.name)"
        }
        guard isWhole else {
            // OFFSET keeps the planner from putting the values into the rule: it would then
            // evaluate at once, and raise, what a table's row would never let it reach.
            let list = (values + system).joined(separator: ", ")
            return "(SELECT \(list) OFFSET 0) AS messages"
        }
        // Only a function of the table's own type makes `messages.*` a row of that type.
        let row = """
            jsonb_populate_record(NULL::realtime.messages, \
            (SELECT to_jsonb(waypost_row) FROM (SELECT \(values.joined(separator: ", "))) \
            AS waypost_row)) AS messages
            """
        guard !system.isEmpty else { return row }
        return "\(row), (SELECT \(system.joined(separator: ", ")) OFFSET 0) AS waypost_system"
    }

    /// Whether the rule's answer can differ between two extensions of one topic.
    ///
    /// Rules often say that both are meant, which is true of each; as the catalog writes that, it
    /// can stand for nothing else, because quotes within a text would be doubled.
    static func canDistinguishExtensions(_ expression: String) -> Bool {
        var rest = expression
        for both in bothExtensions { rest = rest.split(separator: both).joined(separator: " ") }
        return mentions(rest, "extension") || meansWholeRow(expression)
    }

    private static let bothExtensions = [
        "(extension = ANY (ARRAY['broadcast'::text, 'presence'::text]))",
        "(extension = ANY (ARRAY['presence'::text, 'broadcast'::text]))",
    ]

    /// Whether a name stands in an expression by itself: `id` does not in `rt_user_id()`.
    private static func mentions(_ expression: String, _ name: String) -> Bool {
        let (bytes, name) = (Array(expression.utf8), Array(name.utf8))
        guard !name.isEmpty, bytes.count >= name.count else { return false }
        return (0...bytes.count - name.count).contains { start in
            let end = start + name.count
            return bytes[start..<end].elementsEqual(name)
                && (start == 0 || !isPartOfName(bytes[start - 1]))
                && (end == bytes.count || !isPartOfName(bytes[end]))
        }
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }

    private static func meansWholeRow(_ expression: String) -> Bool {
        expression.contains("messages.*")
    }

    private func value(of column: MessageColumn, _ topic: String, _ extensionSQL: String) -> String
    {
        switch column.name {
        case "topic": return "(\(topic))::\(column.type)"
        case "extension": return "(\(extensionSQL))::\(column.type)"
        default: break
        }
        if column.drawsFromSequence { return "1::\(column.type)" }
        guard let value = column.defaultValue else { return "NULL::\(column.type)" }
        // The probe's own transaction: the number that the next one to write gets.
        if value.contains("pg_current_xact_id()") { return Self.nextTransaction }
        return "(\(value))::\(column.type)"
    }

    private static let nextTransaction = "pg_snapshot_xmax(pg_current_snapshot())"

    private static let systemColumns = [
        (name: "tableoid", value: "'realtime.messages'::regclass::oid"),
        (name: "ctid", value: "'(0,1)'::tid"),
        (name: "xmin", value: "\(nextTransaction)::text::xid"),
        (name: "xmax", value: "'0'::xid"),
        (name: "cmin", value: "'0'::cid"),
        (name: "cmax", value: "'0'::cid"),
    ]
}
