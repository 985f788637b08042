/// Names of topics, put together in SQL from the values of a row.
struct TopicSQL {
    /// One way to a value.
    struct Part {
        /// The row's own column, as an SQL expression.
        let column: String
        /// The function that follows the path from there, quoted; nil where there is none.
        let lookup: String?
    }

    let family: String
    let parts: [Part]

    /// Whether a row may have several of these topics, or none, by what other rows hold.
    var looksUp: Bool { parts.contains { $0.lookup != nil } }

    /// The topic's name as an expression over the row, and over ``sources`` where it looks up.
    ///
    /// NULL where a value is, and where a text cannot be a part of a name: a topic of fewer or more
    /// parts is another family's, or nobody's.
    var name: String {
        let byteCountMax = (TopicName.byteCountMax - family.utf8.count) / parts.count - 1
        let values = parts.enumerated().map { index, part in
            let value =
                part.lookup == nil ? "\(part.column)::pg_catalog.text" : "f\(index + 1).value"
            return """
                case when octet_length(\(value)) <= \(byteCountMax) and strpos(\(value), ':') = 0 \
                then \(value) end
                """
        }
        return "\(SQLText.literal(family + ":")) || " + values.joined(separator: " || ':' || ")
    }

    /// What is looked up, for a FROM clause.
    var sources: String {
        parts.enumerated().compactMap { index, part in
            part.lookup.map { "\($0)(\(part.column)) as f\(index + 1)(value)" }
        }.joined(separator: " cross join ")
    }
}
