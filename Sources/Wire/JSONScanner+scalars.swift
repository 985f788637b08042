/// Strings and numbers: what the scanner spends its time on.
extension JSONScanner {
    /// Answers the position after the string whose opening quote stands at `start`.
    static func endOfString(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        var position = start + 1
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case .quote: return position + 1
            case .backslash: position = try endOfEscape(bytes, from: position)
            case 0..<0x20: throw .controlByte(offset: position)
            case 0x20..<0x80: position += 1
            default: position = try endOfScalarValue(bytes, from: position)
            }
        }
        throw .endsEarly
    }

    /// Answers the position after the number that begins at `start`, however many digits it has.
    static func endOfNumber(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        var position = start
        if bytes[position] == .minus { position += 1 }
        if try byte(bytes, at: position) == .zero {
            position += 1
        } else {
            position = try endOfDigits(bytes, from: position)
        }
        if position < bytes.count, bytes[position] == .point {
            position = try endOfDigits(bytes, from: position + 1)
        }
        if position < bytes.count, bytes[position] == .lowerE || bytes[position] == .upperE {
            position += 1
            let sign = try byte(bytes, at: position)
            if sign == .plus || sign == .minus { position += 1 }
            position = try endOfDigits(bytes, from: position)
        }
        return position
    }

    /// Whether the bytes in `range` are whole scalar values in UTF-8, whichever they are.
    static func isUTF8(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            if bytes[position] < 0x80 {
                position += 1
            } else {
                guard let end = try? endOfScalarValue(bytes, from: position) else { return false }
                position = end
            }
        }
        return position == range.upperBound
    }

    /// Reads the scalar value that the escape at `start` stands for, a surrogate pair as one.
    ///
    /// - Returns: The value, and the position after the escape or the pair.
    static func escape(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> (value: UInt32, end: Int) {
        let end = start + 2
        switch try byte(bytes, at: start + 1) {
        case .quote: return (0x22, end)
        case .backslash: return (0x5C, end)
        case 0x2F: return (0x2F, end)
        case .lowerB: return (0x08, end)
        case .lowerF: return (0x0C, end)
        case .lowerN: return (0x0A, end)
        case .lowerR: return (0x0D, end)
        case .lowerT: return (0x09, end)
        case .lowerU: break
        default: throw .invalidEscape(offset: start)
        }
        let high = try fourDigits(bytes, from: end)
        guard (0xD800...0xDFFF).contains(high) else { return (high, end + 4) }
        guard high < 0xDC00, end + 6 <= bytes.count,
            bytes[end + 4] == .backslash, bytes[end + 5] == .lowerU
        else { throw .loneSurrogate(offset: start) }
        let low = try fourDigits(bytes, from: end + 6)
        guard (0xDC00...0xDFFF).contains(low) else { throw .loneSurrogate(offset: start) }
        return (0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), end + 10)
    }

    private static func endOfEscape(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        try escape(bytes, from: start).end
    }

    private static func fourDigits(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> UInt32 {
        var value: UInt32 = 0
        for position in start..<start + 4 {
            guard let digit = try byte(bytes, at: position).hexadecimalValue else {
                throw .invalidEscape(offset: position)
            }
            value = value << 4 | digit
        }
        return value
    }

    private static func endOfDigits(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        guard try byte(bytes, at: start).isDigit else { throw .unexpectedByte(offset: start) }
        var position = start + 1
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        return position
    }

    /// Answers the position after a scalar value of two to four bytes.
    ///
    /// Overlong forms, surrogates and values above U+10FFFF fall to the range of the second byte.
    private static func endOfScalarValue(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(MalformedJSON) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[start] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw .invalidUTF8(offset: start)
        }
        guard start + length <= bytes.count, second.contains(bytes[start + 1]) else {
            throw .invalidUTF8(offset: start)
        }
        for position in start + 2..<start + length where bytes[position] & 0xC0 != 0x80 {
            throw .invalidUTF8(offset: start)
        }
        return start + length
    }
}
