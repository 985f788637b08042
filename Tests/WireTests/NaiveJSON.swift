/// RFC 8259 word by word, slow and recursive: what the scanner is held against.
struct NaiveJSON {
    private var rest: [Unicode.Scalar]

    /// Whether `bytes` are one JSON value, lone surrogates and more than 64 levels excluded.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var naive = NaiveJSON(rest: text.unicodeScalars.reversed())
        naive.space()
        guard naive.value(depth: 64) else { return false }
        naive.space()
        return naive.rest.isEmpty
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard rest.last == wanted else { return false }
        rest.removeLast()
        return true
    }

    private mutating func take(where condition: (Unicode.Scalar) -> Bool) -> Unicode.Scalar? {
        guard let next = rest.last, condition(next) else { return nil }
        return rest.removeLast()
    }

    private mutating func space() {
        while take(where: { " \n\r\t".unicodeScalars.contains($0) }) != nil {}
    }

    private mutating func value(depth: Int) -> Bool {
        switch rest.last {
        case "{": depth > 0 && list(close: "}") { $0.member(depth: depth - 1) }
        case "[": depth > 0 && list(close: "]") { $0.value(depth: depth - 1) }
        case "\"": string()
        case "t": word("true")
        case "f": word("false")
        case "n": word("null")
        default: number()
        }
    }

    private mutating func list(
        close: Unicode.Scalar,
        element: (inout NaiveJSON) -> Bool
    ) -> Bool {
        rest.removeLast()
        space()
        if take(close) { return true }
        while true {
            space()
            guard element(&self) else { return false }
            space()
            if take(close) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func member(depth: Int) -> Bool {
        guard string() else { return false }
        space()
        guard take(":") else { return false }
        space()
        return value(depth: depth)
    }

    private mutating func word(_ word: String) -> Bool {
        word.unicodeScalars.allSatisfy { take($0) }
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let next = rest.popLast() {
            switch next {
            case "\"": return true
            case "\\": guard escape() else { return false }
            default: guard next.value >= 0x20 else { return false }
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let kind = rest.popLast() else { return false }
        guard kind == "u" else { return "\"\\/bfnrt".unicodeScalars.contains(kind) }
        guard let unit = unit() else { return false }
        if (0xDC00...0xDFFF).contains(unit) { return false }
        guard (0xD800...0xDBFF).contains(unit) else { return true }
        guard take("\\"), take("u"), let low = self.unit() else { return false }
        return (0xDC00...0xDFFF).contains(low)
    }

    private mutating func unit() -> UInt32? {
        var digits = ""
        for _ in 0..<4 {
            guard let digit = take(where: { $0.isASCII && $0.properties.isASCIIHexDigit }) else {
                return nil
            }
            digits.unicodeScalars.append(digit)
        }
        return UInt32(digits, radix: 16)
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        var count = 0
        while take(where: { ("0"..."9").contains($0) }) != nil { count += 1 }
        return count > 0
    }
}
