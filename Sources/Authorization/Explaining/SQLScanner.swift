/// A piece of an SQL expression, as PostgreSQL's scanner cuts it.
struct SQLToken: Hashable, Sendable {
    /// What kind of piece it is.
    enum Kind: Hashable, Sendable {
        /// A name without quotes, or a keyword, in lower case.
        case word(String)
        /// A name between double quotes.
        case quotedName
        /// A string constant of any spelling.
        case string
        /// A number.
        case number
        /// A parenthesis or bracket that opens, or CASE.
        case opening
        /// A parenthesis or bracket that closes, or END.
        case closing
        /// A comma.
        case comma
        /// Characters that make an operator, such as `<=`.
        case sign(String)
        /// Whatever else: a dot, a cast, a parameter.
        case other
    }

    let kind: Kind
    /// Where it stands, in bytes of UTF-8.
    let range: Range<Int>

    /// Whether it is this word, given in lower case.
    func isWord(_ text: String) -> Bool { kind == .word(text) }
}

/// Cuts SQL into its pieces; white space and comments fall away.
///
/// Works on bytes: every character that has a meaning here is ASCII, and a letter outside of it is
/// part of a name.
struct SQLScanner {
    private let bytes: [UInt8]
    private var place = 0

    /// The pieces of an expression; nil where a string, a name or a comment has no end.
    static func tokens(of bytes: [UInt8]) -> [SQLToken]? {
        var scanner = SQLScanner(bytes: bytes)
        var tokens: [SQLToken] = []
        while true {
            guard scanner.skipBlanks() else { return nil }
            guard scanner.place < bytes.count else { return tokens }
            let start = scanner.place
            guard let kind = scanner.next() else { return nil }
            tokens.append(SQLToken(kind: kind, range: start..<scanner.place))
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ offset: Int = 0) -> UInt8 {
        place + offset < bytes.count ? bytes[place + offset] : 0
    }

    /// Passes white space and comments; false where a comment has no end.
    private mutating func skipBlanks() -> Bool {
        while place < bytes.count {
            if Self.isBlank(byte()) {
                place += 1
            } else if byte() == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
                while place < bytes.count, byte() != UInt8(ascii: "\n") { place += 1 }
            } else if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                guard skipComment() else { return false }
            } else {
                return true
            }
        }
        return true
    }

    /// Comments nest in PostgreSQL.
    private mutating func skipComment() -> Bool {
        var depth = 0
        while place < bytes.count {
            if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                depth += 1
                place += 2
            } else if byte() == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                depth -= 1
                place += 2
                if depth == 0 { return true }
            } else {
                place += 1
            }
        }
        return false
    }

    private mutating func next() -> SQLToken.Kind? {
        switch byte() {
        case UInt8(ascii: "'"): return skipQuoted(by: UInt8(ascii: "'")) ? .string : nil
        case UInt8(ascii: "\""): return skipQuoted(by: UInt8(ascii: "\"")) ? .quotedName : nil
        case UInt8(ascii: "$"): return dollar()
        case UInt8(ascii: "("), UInt8(ascii: "["):
            place += 1
            return .opening
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            place += 1
            return .closing
        case UInt8(ascii: ","):
            place += 1
            return .comma
        case let byte where Self.isDigit(byte):
            while Self.isNameByte(self.byte()) || self.byte() == UInt8(ascii: ".") { place += 1 }
            return .number
        case let byte where Self.isNameByte(byte): return word()
        case let byte where Self.signs.contains(byte): return .sign(sign())
        default:
            place += 1
            if bytes[place - 1] == UInt8(ascii: ":"), byte() == UInt8(ascii: ":") { place += 1 }
            return .other
        }
    }

    /// A word, or a string or name whose spelling begins with a letter.
    private mutating func word() -> SQLToken.Kind? {
        let start = place
        while Self.isNameByte(byte()) || byte() == UInt8(ascii: "$") { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
        if byte() == UInt8(ascii: "'") {
            switch text {
            case "e": return skipQuoted(by: UInt8(ascii: "'"), escapes: true) ? .string : nil
            case "b", "x", "n": return skipQuoted(by: UInt8(ascii: "'")) ? .string : nil
            default: break
            }
        }
        if text == "u", byte() == UInt8(ascii: "&") {
            if byte(1) == UInt8(ascii: "'") {
                place += 1
                return skipQuoted(by: UInt8(ascii: "'")) ? .string : nil
            }
            if byte(1) == UInt8(ascii: "\"") {
                place += 1
                return skipQuoted(by: UInt8(ascii: "\"")) ? .quotedName : nil
            }
        }
        switch text {
        case "case": return .opening
        case "end": return .closing
        default: return .word(text)
        }
    }

    private mutating func skipQuoted(by mark: UInt8, escapes: Bool = false) -> Bool {
        place += 1
        while place < bytes.count {
            if escapes, byte() == UInt8(ascii: "\\") {
                place += 2
            } else if byte() == mark {
                place += 1
                guard byte() == mark else { return true }
                place += 1
            } else {
                place += 1
            }
        }
        return false
    }

    /// A string between dollar quotes, or a parameter.
    private mutating func dollar() -> SQLToken.Kind? {
        var end = place + 1
        while end < bytes.count, Self.isNameByte(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !Self.isDigit(byte(1)) else {
            place = max(end, place + 1)
            return .other
        }
        let tag = bytes[place...end]
        var rest = bytes[(end + 1)...]
        while let mark = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = rest[mark...]
            if rest.starts(with: tag) {
                place = mark + tag.count
                return .string
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    private mutating func sign() -> String {
        let start = place
        while Self.signs.contains(byte()) {
            if place > start {
                if byte() == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") { break }
                if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") { break }
            }
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private static let signs = Set("+-*/<>=~!@#%^&|`?".utf8)

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
