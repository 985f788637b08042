internal import Topics

extension FoundTable.Column {
    /// Types whose values can be equal to each other.
    enum Kind: Hashable {
        case number
        case uuid
        case text
        case other(String)
    }

    var kind: Kind {
        switch baseType {
        case "smallint", "integer", "bigint": .number
        case "uuid": .uuid
        case "text", "character varying", "character", "name": .text
        case _ where baseType.hasSuffix("citext"): .text
        default: .other(baseType)
        }
    }

    /// Whether a value of one column may equal one of the other.
    func isComparable(with other: Self) -> Bool { kind == other.kind }

    /// Whether a value, as text, can stand in a topic's name for a parameter.
    func fits(_ type: TopicPattern.ParameterType) -> Bool {
        switch type {
        case .bigint: kind == .number
        case .uuid: kind == .uuid
        case .text: true
        }
    }
}

extension FoundTable {
    /// Whether rows are written to it: a table, or one in partitions.
    var isWritten: Bool { kind == "r" || kind == "p" }
}
