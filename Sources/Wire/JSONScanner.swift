/// Finds where JSON values end, checking every byte on the way.
///
/// The gateway forwards payloads as they were written, into other people's frames. So it has to
/// know that they are whole and valid, and nothing more of them: this scanner allocates nothing,
/// keeps its nesting in one word, and looks at each byte once, whatever the text.
enum JSONScanner {
    /// Arrays and objects that may be open at once: one bit each in a word.
    static let depthMax = 64

    /// Answers the position after the white space at `start`.
    static func endOfSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return position
            }
        }
        return position
    }

    /// Answers the position after the value that begins at `start`, which is not white space.
    ///
    /// - Throws: ``MalformedJSON`` at the first byte that cannot be part of a value.
    static func endOfValue(
        _ bytes: Span<UInt8>,
        from start: Int,
        depthMax: Int = Self.depthMax
    ) throws(MalformedJSON) -> Int {
        precondition((0...Self.depthMax).contains(depthMax), "nesting is kept in 64 bits")
        var position = start
        var depth = 0
        var isObject: UInt64 = 0  // bit 0: the innermost open container

        while true {
            switch try byte(bytes, at: position) {
            case .openBrace, .openBracket:
                guard depth < depthMax else { throw .tooDeep(offset: position) }
                let opensObject = bytes[position] == .openBrace
                let inside = endOfSpace(bytes, from: position + 1)
                if try byte(bytes, at: inside) == (opensObject ? .closeBrace : .closeBracket) {
                    position = inside + 1
                    break
                }
                depth += 1
                isObject = isObject << 1 | (opensObject ? 1 : 0)
                position = opensObject ? try endOfKey(bytes, from: inside).position : inside
                continue
            default:
                position = try endOfScalar(bytes, from: position)
            }
            // A value has ended: close what ends with it, or go on to the next one.
            nextValue: while true {
                guard depth > 0 else { return position }
                position = endOfSpace(bytes, from: position)
                let isInObject = isObject & 1 == 1
                switch try byte(bytes, at: position) {
                case .comma:
                    position = endOfSpace(bytes, from: position + 1)
                    if isInObject { position = try endOfKey(bytes, from: position).position }
                    break nextValue
                case isInObject ? .closeBrace : .closeBracket:
                    position += 1
                    depth -= 1
                    isObject >>= 1
                default: throw .unexpectedByte(offset: position)
                }
            }
        }
    }

    /// Reads the key that begins at `start`, and the colon after it.
    ///
    /// - Returns: The position after the key's closing quote, and where the member's value begins.
    static func endOfKey(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> (keyEnd: Int, position: Int) {
        guard try byte(bytes, at: start) == .quote else { throw .unexpectedByte(offset: start) }
        let keyEnd = try endOfString(bytes, from: start)
        let colon = endOfSpace(bytes, from: keyEnd)
        guard try byte(bytes, at: colon) == .colon else { throw .unexpectedByte(offset: colon) }
        return (keyEnd, endOfSpace(bytes, from: colon + 1))
    }

    /// Answers the byte at `position`, or says that the text ended.
    static func byte(_ bytes: Span<UInt8>, at position: Int) throws(MalformedJSON) -> UInt8 {
        guard position < bytes.count else { throw .endsEarly }
        return bytes[position]
    }

    private static func endOfScalar(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        switch bytes[start] {
        case .quote: return try endOfString(bytes, from: start)
        case .minus, .zero ... .nine: return try endOfNumber(bytes, from: start)
        case .lowerT: return try endOfWord("true", bytes, from: start)
        case .lowerF: return try endOfWord("false", bytes, from: start)
        case .lowerN: return try endOfWord("null", bytes, from: start)
        default: throw .unexpectedByte(offset: start)
        }
    }

    private static func endOfWord(
        _ word: String,
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        var position = start
        for expected in word.utf8 {
            guard try byte(bytes, at: position) == expected else {
                throw .unexpectedByte(offset: position)
            }
            position += 1
        }
        return position
    }
}
