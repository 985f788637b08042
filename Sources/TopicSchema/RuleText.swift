/// The text of an expression, looked through as PostgreSQL's own lexer does.
///
/// PREPARE says whether a text is one expression; this says first that it cannot be anything but
/// one: it opens every parenthesis that it closes, ends every quotation, and has no second
/// statement. Strings are read as `standard_conforming_strings` on reads them.
struct RuleText {
    /// A word, or a sign that is no part of one.
    enum Token: Hashable {
        /// A name or a keyword: without quotes in small letters, with them as it was.
        case word(String)
        /// A single sign outside of strings and comments.
        case sign(Unicode.Scalar)
        /// A string or a number.
        case constant
    }

    /// Why a text is no expression, as a clause.
    enum Malformed: Error, Hashable {
        case empty
        case nul
        case unbalanced
        case unterminated(String)
        case statement

        var words: String {
            switch self {
            case .empty: "is empty"
            case .nul: "has a NUL character"
            case .unbalanced: "opens and closes parentheses that do not match"
            case .unterminated(let what): "has \(what) without an end"
            case .statement: "has a semicolon: it must be one expression"
            }
        }
    }

    /// What it consists of, without comments and blanks.
    let tokens: [Token]

    init(_ text: String) throws(Malformed) {
        var scanner = RuleScanner(text)
        tokens = try scanner.scan()
    }

    /// A name that is compared with itself, as `trip_id = trip_id` does: one of the two was meant
    /// to be a column.
    func comparedWithItself(among names: Set<String>) -> String? {
        for index in tokens.indices.dropFirst().dropLast() where tokens[index] == .sign("=") {
            guard case .word(let name) = tokens[index - 1], tokens[index + 1] == .word(name),
                names.contains(name)
            else { continue }
            let isQualified = index >= 2 && tokens[index - 2] == .sign(".")
            let leadsOn =
                index + 2 < tokens.count
                && (tokens[index + 2] == .sign(".") || tokens[index + 2] == .sign("("))
            if !isQualified && !leadsOn { return name }
        }
        return nil
    }
}

/// Goes through an expression once.
private struct RuleScanner {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var open: [Unicode.Scalar] = []
    private var tokens: [RuleText.Token] = []

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func scan() throws(RuleText.Malformed) -> [RuleText.Token] {
        guard !scalars.contains("\0") else { throw .nul }
        while index < scalars.count { try step() }
        guard open.isEmpty else { throw .unbalanced }
        guard !tokens.isEmpty else { throw .empty }
        return tokens
    }

    private mutating func step() throws(RuleText.Malformed) {
        let scalar = scalars[index]
        switch scalar {
        case "'": try string(escapes: false)
        case "\"": try quotedName()
        case "-" where next == "-": skipLine()
        case "/" where next == "*": try skipComment()
        case "$" where dollarTag != nil: try dollarString()
        case "(", "[": open.append(scalar == "(" ? ")" : "]"); sign(scalar)
        case ")", "]":
            guard open.popLast() == scalar else { throw .unbalanced }
            sign(scalar)
        case ";": throw .statement
        case _ where Self.isBlank(scalar): index += 1
        case _ where Self.beginsWord(scalar): try word()
        case "0"..."9": number()
        default: sign(scalar)
        }
    }

    private var next: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    private mutating func sign(_ scalar: Unicode.Scalar) {
        tokens.append(.sign(scalar))
        index += 1
    }

    private mutating func word() throws(RuleText.Malformed) {
        let start = index
        while index < scalars.count, Self.continuesWord(scalars[index]) { index += 1 }
        let word = String(String.UnicodeScalarView(scalars[start..<index]))
        if index < scalars.count, scalars[index] == "'", ["e", "E"].contains(word) {
            try string(escapes: true)
        } else {
            // PostgreSQL folds the letters of ASCII.
            tokens.append(.word(word.lowercased()))
        }
    }

    private mutating func number() {
        while index < scalars.count, Self.continuesWord(scalars[index]) { index += 1 }
        tokens.append(.constant)
    }

    private mutating func string(escapes: Bool) throws(RuleText.Malformed) {
        index += 1
        while index < scalars.count {
            if escapes, scalars[index] == "\\" {
                index += 2
            } else if scalars[index] != "'" {
                index += 1
            } else if next == "'" {
                index += 2
            } else {
                index += 1
                tokens.append(.constant)
                return
            }
        }
        throw .unterminated("a string")
    }

    private mutating func quotedName() throws(RuleText.Malformed) {
        var name = String.UnicodeScalarView()
        index += 1
        while index < scalars.count {
            if scalars[index] == "\"" {
                guard next == "\"" else {
                    index += 1
                    tokens.append(.word(String(name)))
                    return
                }
                index += 1
            }
            name.append(scalars[index])
            index += 1
        }
        throw .unterminated("a quoted name")
    }

    /// The tag of a string in dollar quotes that begins here, with its dollar signs.
    private var dollarTag: ArraySlice<Unicode.Scalar>? {
        var end = index + 1
        while end < scalars.count, scalars[end] != "$" {
            let isFirst = end == index + 1
            guard isFirst ? Self.beginsWord(scalars[end]) : Self.continuesWord(scalars[end])
            else { return nil }
            end += 1
        }
        return end < scalars.count ? scalars[index...end] : nil
    }

    private mutating func dollarString() throws(RuleText.Malformed) {
        guard let tag = dollarTag else { return }
        index += tag.count
        while index + tag.count <= scalars.count {
            if scalars[index..<(index + tag.count)] == tag {
                index += tag.count
                tokens.append(.constant)
                return
            }
            index += 1
        }
        throw .unterminated("a string in dollar quotes")
    }

    private mutating func skipLine() {
        while index < scalars.count, scalars[index] != "\n", scalars[index] != "\r" { index += 1 }
    }

    private mutating func skipComment() throws(RuleText.Malformed) {
        var depth = 0
        while index < scalars.count {
            if scalars[index] == "/", next == "*" {
                depth += 1
                index += 2
            } else if scalars[index] == "*", next == "/" {
                depth -= 1
                index += 2
                if depth == 0 { return }
            } else {
                index += 1
            }
        }
        throw .unterminated("a comment")
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        [" ", "\t", "\n", "\r", "\u{0B}", "\u{0C}"].contains(scalar)
    }

    private static func beginsWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0x80
        }
    }

    private static func continuesWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "$": true
        default: beginsWord(scalar)
        }
    }
}
