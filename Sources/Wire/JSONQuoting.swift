/// Writes text as JSON strings and reads JSON strings as text.
enum JSONQuoting {
    /// Bytes that `text` takes as a JSON string, quotes included.
    static func byteCount(of text: String) -> Int {
        var count = 2
        for byte in text.utf8 {
            count += escapedByteCount(byte)
        }
        return count
    }

    /// Appends `text` as a JSON string: quotes, backslashes and bytes below 0x20 are escaped,
    /// everything else stays as it is.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(.quote)
        if text.utf8.allSatisfy({ escapedByteCount($0) == 1 }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { appendEscaped(byte, to: &bytes) }
        }
        bytes.append(.quote)
    }

    /// Reads the string that stands at `range`, quotes included, in bytes that the scanner took.
    static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        let inside = bytes[range.lowerBound + 1..<range.upperBound - 1]
        guard inside.contains(.backslash) else { return String(decoding: inside, as: UTF8.self) }
        var plain: [UInt8] = []
        plain.reserveCapacity(inside.count)
        var position = inside.startIndex
        while position < inside.endIndex {
            guard inside[position] == .backslash else {
                plain.append(inside[position])
                position += 1
                continue
            }
            guard let escape = try? JSONScanner.escape(bytes.span, from: position),
                let scalar = Unicode.Scalar(escape.value)
            else { preconditionFailure("the scanner let an escape pass that it cannot read") }
            plain.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            position = escape.end
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func escapedByteCount(_ byte: UInt8) -> Int {
        switch byte {
        case .quote, .backslash, 0x08, 0x09, 0x0A, 0x0C, 0x0D: 2
        case 0..<0x20: 6
        default: 1
        }
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case .quote, .backslash: bytes += [.backslash, byte]
        case 0x08: bytes += [.backslash, .lowerB]
        case 0x09: bytes += [.backslash, .lowerT]
        case 0x0A: bytes += [.backslash, .lowerN]
        case 0x0C: bytes += [.backslash, .lowerF]
        case 0x0D: bytes += [.backslash, .lowerR]
        case 0..<0x20:
            let low = byte & 0x0F
            bytes += [.backslash, .lowerU, .zero, .zero, .zero + byte >> 4]
            bytes.append(low < 10 ? .zero + low : 0x61 + low - 10)
        default: bytes.append(byte)
        }
    }
}
