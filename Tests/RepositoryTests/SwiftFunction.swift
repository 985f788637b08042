/// One function, initialiser, subscript or computed property with a body.
struct SwiftFunction: Equatable {
    let name: String
    /// Where it begins, counted from 1.
    let line: Int
    /// From its first line to the brace that closes it.
    let lineCount: Int

    static func all(of words: [SwiftWord]) -> [SwiftFunction] {
        words.indices.compactMap { index in
            guard begins(at: index, in: words), let open = bodyStart(after: index, in: words),
                let close = blockEnd(from: open, in: words)
            else { return nil }
            let isNamed = ["func", "var"].contains(words[index].text)
            return SwiftFunction(
                name: String(isNamed ? words[index + 1].text : words[index].text),
                line: words[index].line,
                lineCount: words[close].line - words[index].line + 1
            )
        }
    }

    private static func begins(at index: Int, in words: [SwiftWord]) -> Bool {
        guard index + 1 < words.count else { return false }
        let previous = index == 0 ? "" : words[index - 1].text
        switch words[index].text {
        case "func", "var": return previous != "." && previous != "`"
        case "deinit": return previous != "."
        case "init", "subscript":
            return previous != "." && ["(", "?", "<", "!"].contains(words[index + 1].text)
        default: return false
        }
    }

    /// The brace that opens the body, if there is one before the next declaration.
    private static func bodyStart(after start: Int, in words: [SwiftWord]) -> Int? {
        let isProperty = words[start].text == "var"
        var depth = 0
        for index in words.indices[(start + 1)...] {
            switch words[index].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0: return nil
            case "=" where depth == 0 && isProperty: return nil
            case "func", "var", "let", "case", "struct", "enum", "class", "extension":
                if depth == 0, words[index].line > words[start].line { return nil }
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    private static func blockEnd(from open: Int, in words: [SwiftWord]) -> Int? {
        var depth = 0
        for index in words.indices[open...] {
            if words[index].text == "{" { depth += 1 }
            if words[index].text == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
