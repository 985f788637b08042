/// A boolean SQL expression, taken apart at its AND, OR and NOT.
///
/// Where it cannot be told apart with certainty, a part stays whole: each part is an expression
/// that PostgreSQL evaluates to what it is within the whole.
indirect enum SQLCondition: Hashable, Sendable {
    /// Every part must hold.
    case all([SQLCondition])
    /// One part must hold.
    case any([SQLCondition])
    /// The part must not hold.
    case not(SQLCondition)
    /// What is neither.
    case leaf(SQLLeaf)
}

/// A part of a condition without an AND, OR or NOT of its own.
struct SQLLeaf: Hashable, Sendable {
    /// The part as it stands in the expression.
    let sql: String
    /// The expressions in it whose values say why it is what it is; constants are left out.
    let operands: [String]
}

extension SQLCondition {
    /// Takes an expression apart.
    ///
    /// - Parameter sql: A boolean expression, as somebody wrote it or as `pg_get_expr` does.
    init(parsing sql: String) {
        let bytes = Array(sql.utf8)
        guard let tokens = SQLScanner.tokens(of: bytes), SQLPart.isBalanced(tokens) else {
            self = .leaf(SQLLeaf(sql: sql, operands: []))
            return
        }
        self = SQLPart(bytes: bytes, tokens: tokens[...]).condition(depth: 0)
    }

    /// Every leaf, from left to right.
    var leaves: [SQLLeaf] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
        case .not(let part): part.leaves
        case .leaf(let leaf): [leaf]
        }
    }
}

/// Some neighbouring tokens of an expression whose parentheses are balanced.
///
/// Its operands are in `SQLPart+operands.swift`.
struct SQLPart {
    let bytes: [UInt8]
    let tokens: ArraySlice<SQLToken>

    /// Parentheses within parentheses beyond this many are not looked into.
    private static let depthMax = 64

    /// Whether every parenthesis, bracket and CASE has its end.
    static func isBalanced(_ tokens: [SQLToken]) -> Bool {
        var depth = 0
        for token in tokens {
            if token.kind == .opening { depth += 1 }
            if token.kind == .closing { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0 && !tokens.isEmpty
    }

    /// The part as it stands in the expression.
    var text: String {
        guard let first = tokens.first, let last = tokens.last else { return "" }
        return String(
            decoding: bytes[first.range.lowerBound..<last.range.upperBound],
            as: UTF8.self
        )
    }

    func part(_ tokens: ArraySlice<SQLToken>) -> SQLPart { SQLPart(bytes: bytes, tokens: tokens) }

    /// The places of the tokens that stand in no parenthesis, bracket or CASE.
    var outerPlaces: [Int] {
        var depth = 0
        return tokens.indices.filter { place in
            switch tokens[place].kind {
            case .opening:
                depth += 1
                return false
            case .closing:
                depth -= 1
                return false
            default: return depth == 0
            }
        }
    }

    func condition(depth: Int) -> SQLCondition {
        guard depth < Self.depthMax else { return .leaf(leaf) }
        let alternatives = split(at: "or")
        if alternatives.count > 1 {
            return .any(alternatives.map { $0.condition(depth: depth + 1) })
        }
        let requirements = split(at: "and")
        if requirements.count > 1 {
            return .all(requirements.map { $0.condition(depth: depth + 1) })
        }
        if tokens.first?.isWord("not") == true, tokens.count > 1 {
            return .not(part(tokens.dropFirst()).condition(depth: depth + 1))
        }
        if let inside { return inside.condition(depth: depth + 1) }
        return .leaf(leaf)
    }

    /// The parts between each outer AND, or OR, but the AND of a BETWEEN.
    private func split(at word: String) -> [SQLPart] {
        var parts: [SQLPart] = []
        var start = tokens.startIndex
        var openBetweens = 0
        for place in outerPlaces {
            if tokens[place].isWord("between") { openBetweens += 1 }
            if word == "and", tokens[place].isWord("and"), openBetweens > 0 {
                openBetweens -= 1
                continue
            }
            guard tokens[place].isWord(word) else { continue }
            parts.append(part(tokens[start..<place]))
            start = place + 1
        }
        parts.append(part(tokens[start...]))
        // An operator without an operand: not what it looked like.
        return parts.contains { $0.tokens.isEmpty } ? [self] : parts
    }

    /// What one pair of parentheses around all of it holds, unless that is a query or a list.
    var inside: SQLPart? {
        guard tokens.count > 2, let first = tokens.first, isParenthesis(first) else { return nil }
        var depth = 0
        for place in tokens.indices {
            if tokens[place].kind == .opening { depth += 1 }
            if tokens[place].kind == .closing { depth -= 1 }
            guard depth > 0 || place == tokens.indices.last else { return nil }
        }
        let inner = part(tokens.dropFirst().dropLast())
        guard !inner.isQuery, !inner.outerPlaces.contains(where: { tokens[$0].kind == .comma })
        else { return nil }
        return inner
    }

    /// Whether it is a sub-select, and no expression.
    var isQuery: Bool {
        let joining = ["union", "intersect", "except"]
        if case .word(let word) = tokens.first?.kind,
            ["select", "with", "values", "table"].contains(word)
        {
            return true
        }
        return outerPlaces.contains { place in joining.contains { tokens[place].isWord($0) } }
    }

    func isParenthesis(_ token: SQLToken) -> Bool {
        bytes[token.range.lowerBound] == UInt8(ascii: "(")
    }
}
