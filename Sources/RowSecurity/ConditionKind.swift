internal import Changes
internal import Topics

/// How a value of one type is compared: all conditions of a kind are answered by one function.
struct ConditionKind: Hashable, Sendable {
    let type: ColumnType
    let comparison: ChangeFilter.Comparison
    /// What comes behind IS; nil for every other comparison.
    let keyword: String?

    /// Describes how a condition compares; nil for an IS with a word that it does not know.
    ///
    /// - Parameters:
    ///   - filter: The condition.
    ///   - type: The column's type.
    init?(_ filter: ChangeFilter, type: ColumnType) {
        self.type = type
        comparison = filter.comparison
        guard comparison == .is else {
            keyword = nil
            return
        }
        guard let word = filter.values.first, let keyword = Self.keywords[word] else { return nil }
        self.keyword = keyword
    }

    /// What IS may be followed by, and how SQL spells it.
    static let keywords = [
        "null": "NULL", "true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN",
    ]

    /// Whether the type can be compared with patterns of this kind.
    var isTextCompatible: Bool {
        guard let name = patternOperator else { return true }
        if type.operatorSchemas[name] != nil { return true }
        let builtIn: Set<String> = ["text", "character varying", "character", "name"]
        return builtIn.contains(type.underlyingText)
            || (type.underlyingText == "bytea" && comparison == .like)
    }

    private var patternOperator: String? {
        switch comparison {
        case .like: "~~"
        case .ilike: "~~*"
        case .match: "~"
        case .imatch: "~*"
        case .eq, .neq, .lt, .lte, .gt, .gte, .in, .is, .isdistinct: nil
        }
    }

    /// The comparison as SQL.
    ///
    /// - Parameters:
    ///   - value: The column's value, as an SQL expression.
    ///   - given: What it is compared with, as the SQL expression of a `text[]`.
    /// - Returns: An expression that is NULL where the value is, but for IS and IS DISTINCT FROM.
    func expression(value: String, given: String) -> String {
        // A sub-select of its own is evaluated once for all rows.
        let first = "(SELECT (\(given))[1]::\(type.sql))"
        let pattern = "(SELECT (\(given))[1]::\(type.underlyingText == "bytea" ? "bytea" : "text"))"
        return switch comparison {
        case .eq: "\(value) \(name("=")) \(first)"
        case .neq: "\(value) \(name("<>")) \(first)"
        case .lt: "\(value) \(name("<")) \(first)"
        case .lte: "\(value) \(name("<=")) \(first)"
        case .gt: "\(value) \(name(">")) \(first)"
        case .gte: "\(value) \(name(">=")) \(first)"
        case .in:
            """
            (SELECT bool_or(\(value) \(name("=")) waypost_one::\(type.sql))
                FROM unnest(\(given)) AS waypost_many(waypost_one))
            """
        case .like: "\(value) \(name("~~")) \(pattern)"
        case .ilike: "\(value) \(name("~~*")) \(pattern)"
        case .match: "\(value) \(name("~")) \(pattern)"
        case .imatch: "\(value) \(name("~*")) \(pattern)"
        case .is: "\(value) IS \(keyword ?? "NULL")"
        // What is given is never NULL. IS DISTINCT FROM itself cannot name its operator's schema.
        case .isdistinct: "NOT coalesce(\(value) \(name("=")) \(first), false)"
        }
    }

    /// An operator with its schema: the type's own where it has one, never one that somebody put
    /// into the search path.
    private func name(_ symbol: String) -> String {
        let schema = type.operatorSchemas[symbol] ?? "pg_catalog"
        return "OPERATOR(\(SQLText.identifier(schema)).\(symbol))"
    }
}
