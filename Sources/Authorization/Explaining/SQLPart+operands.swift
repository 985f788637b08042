extension SQLPart {
    /// The part, with the expressions whose values say why it is what it is.
    var leaf: SQLLeaf {
        // Which extension is asked about is what the right says.
        let operands = operandParts.filter { !$0.isConstant }.map(\.expression)
            .filter { $0 != "extension" && $0 != "messages.extension" }
        var known: [String] = []
        for operand in operands
        where !known.contains(where: { $0.utf8.elementsEqual(operand.utf8) }
        ) {
            known.append(operand)
        }
        return SQLLeaf(sql: text, operands: known)
    }

    /// Both sides of a comparison, or what a function is called with.
    private var operandParts: [SQLPart] {
        let outer = outerPlaces
        // From what binds loosest to what binds tightest, as PostgreSQL's grammar has it.
        if let place = outer.first(where: { tokens[$0].isWord("is") }) { return test(at: place) }
        if let place = outer.first(where: { isSign($0, Self.comparisons) }) {
            return sides(outer, place..<(place + 1))
        }
        if let place = outer.first(where: { isWord($0, Self.likenesses) }) {
            let start = tokens[..<place].last?.isWord("not") == true ? place - 1 : place
            let isSimilar = tokens[place].isWord("similar")
            return sides(outer, start..<(isSimilar ? place + 2 : place + 1))
        }
        if let place = outer.last(where: { isOtherOperator($0) }) {
            let isNamed = tokens[place].isWord("operator")
            let end = isNamed ? closing(after: place + 1) + 1 : place + 1
            return sides(outer, place..<end)
        }
        return arguments
    }

    /// `a IS NULL`, `a IS NOT TRUE`, `a IS DISTINCT FROM b`.
    private func test(at place: Int) -> [SQLPart] {
        let left = part(tokens[..<place])
        guard let from = tokens[place...].firstIndex(where: { $0.isWord("from") }),
            tokens[place..<from].contains(where: { $0.isWord("distinct") })
        else { return [left] }
        return [left, part(tokens[(from + 1)...])].map(\.unwrapped)
    }

    /// What stands to the left and to the right of an operator.
    private func sides(_ outer: [Int], _ operatorPlaces: Range<Int>) -> [SQLPart] {
        let left = part(tokens[..<min(operatorPlaces.lowerBound, tokens.endIndex)])
        let right = part(tokens[min(operatorPlaces.upperBound, tokens.endIndex)...])
        guard !left.tokens.isEmpty else { return [right.unwrapped] }
        if tokens[operatorPlaces.lowerBound].isWord("between")
            || tokens[operatorPlaces.upperBound - 1].isWord("between")
        {
            let middle = outer.first { $0 >= operatorPlaces.upperBound && tokens[$0].isWord("and") }
            guard let middle else { return [left.unwrapped] }
            return [
                left, part(tokens[operatorPlaces.upperBound..<middle]),
                part(tokens[(middle + 1)...]),
            ].map(\.unwrapped)
        }
        let isIn = tokens[operatorPlaces.upperBound - 1].isWord("in")
        return [left.unwrapped] + (isIn ? right.listed : right.quantified)
    }

    /// The right side of a comparison; of `ANY (…)` and `ALL (…)` what they look in.
    private var quantified: [SQLPart] {
        let isList = ["any", "all", "some"].contains { tokens.first?.isWord($0) == true }
        return isList ? part(tokens.dropFirst()).listed : [unwrapped]
    }

    /// What stands in a list, or the query that it is.
    private var listed: [SQLPart] {
        guard isWhollyEnclosed else { return [unwrapped] }
        let list = self
        let inner = list.part(list.tokens.dropFirst().dropLast())
        if inner.isQuery { return [inner] }
        return inner.split(atCommas: ()).map(\.unwrapped)
    }

    /// What a function is called with; nothing where it is no call.
    private var arguments: [SQLPart] {
        guard let open = tokens.firstIndex(where: { $0.kind == .opening }),
            isParenthesis(tokens[open]),
            open > tokens.startIndex, closing(after: open) == tokens.endIndex - 1,
            tokens[..<open].allSatisfy(\.isOfName), !isWord(tokens.startIndex, ["exists", "array"])
        else { return [] }
        let inner = part(tokens[(open + 1)..<(tokens.endIndex - 1)])
        guard !inner.tokens.isEmpty, !inner.isQuery else { return [] }
        return inner.split(atCommas: ()).map { argument in
            // `name => value`, `name := value`, `VARIADIC value`.
            var argument = argument
            if argument.tokens.first?.isWord("variadic") == true {
                argument = argument.part(argument.tokens.dropFirst())
            }
            let arrow = argument.tokens.firstIndex { $0.kind == .sign("=>") }
            if let arrow, arrow == argument.tokens.startIndex + 1 {
                argument = argument.part(argument.tokens[(arrow + 1)...])
            }
            return argument.unwrapped
        }
    }

    private func split(atCommas: Void) -> [SQLPart] {
        var parts: [SQLPart] = []
        var start = tokens.startIndex
        for place in outerPlaces where tokens[place].kind == .comma {
            parts.append(part(tokens[start..<place]))
            start = place + 1
        }
        parts.append(part(tokens[start...]))
        return parts.filter { !$0.tokens.isEmpty }
    }

    /// Without parentheses around all of it.
    private var unwrapped: SQLPart {
        var part = self
        while let inside = part.inside { part = inside }
        return part
    }

    private var isWhollyEnclosed: Bool {
        guard let first = tokens.first, isParenthesis(first) else { return false }
        return closing(after: tokens.startIndex) == tokens.endIndex - 1
    }

    /// Where the parenthesis that opens at `place` closes.
    private func closing(after place: Int) -> Int {
        var depth = 0
        for index in tokens[place...].indices {
            if tokens[index].kind == .opening { depth += 1 }
            if tokens[index].kind == .closing { depth -= 1 }
            if depth == 0 { return index }
        }
        return tokens.endIndex - 1
    }

    /// Whether it is made of constants alone, with or without casts.
    private var isConstant: Bool {
        var isType = false
        for token in tokens {
            switch token.kind {
            case .string, .number: continue
            case .opening: continue
            case .comma, .closing: isType = false
            case .other:
                if token.range.count == 2 { isType = true } else if !isType { return false }
            case .word(let word):
                guard isType || ["true", "false", "null", "array"].contains(word) else {
                    return false
                }
            case .quotedName: if !isType { return false }
            case .sign: return false
            }
        }
        return true
    }

    /// The part as an expression of its own; a query as the array of what it finds.
    private var expression: String {
        guard isQuery else { return text }
        return "ARRAY(SELECT * FROM (\(text)) AS waypost_found LIMIT 20)"
    }

    private func isSign(_ place: Int, _ signs: Set<String>) -> Bool {
        guard case .sign(let sign) = tokens[place].kind else { return false }
        return signs.contains(sign)
    }

    private func isWord(_ place: Int, _ words: Set<String>) -> Bool {
        guard case .word(let word) = tokens[place].kind else { return false }
        return words.contains(word)
    }

    private func isOtherOperator(_ place: Int) -> Bool {
        switch tokens[place].kind {
        case .sign(let sign): !Self.arithmetic.contains(sign)
        case .word("operator"): true
        default: false
        }
    }

    private static let comparisons: Set = ["=", "<>", "!=", "<", ">", "<=", ">="]
    private static let likenesses: Set = ["like", "ilike", "similar", "in", "between"]
    private static let arithmetic: Set = ["+", "-", "*", "/", "%", "^"]
}

extension SQLToken {
    /// Whether it may stand in a function's name.
    fileprivate var isOfName: Bool {
        switch kind {
        case .word, .quotedName, .other: true
        default: false
        }
    }
}
