/// The elements of a list as PostgreSQL writes arrays, such as `a,"b,c",NULL`.
enum ArrayText {
    /// Reads what stands between the braces.
    ///
    /// - Parameter inside: Elements with commas between them; blank is no element.
    /// - Returns: The elements, nil for an unquoted `NULL`; nil altogether where PostgreSQL would
    ///   not take it for an array of one dimension.
    static func elements(_ inside: ArraySlice<UInt8>) -> [String?]? {
        if inside.allSatisfy(isBlank) { return [] }
        var elements: [String?] = []
        var position = inside.startIndex
        while true {
            guard let (element, end) = element(inside, from: position) else { return nil }
            elements.append(element)
            if end == inside.endIndex { return elements }
            position = end + 1
        }
    }

    /// The same elements as an array's text, for messages.
    static func text(_ elements: [String]) -> String {
        "{\(elements.map(quotedWhereNeeded).joined(separator: ","))}"
    }

    /// Whether a byte is white space to PostgreSQL.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// One element from `start`, and where the comma after it stands, or the end.
    private static func element(
        _ bytes: ArraySlice<UInt8>,
        from start: Int
    ) -> (element: String?, end: Int)? {
        var position = start
        while position < bytes.endIndex, isBlank(bytes[position]) { position += 1 }
        if position < bytes.endIndex, bytes[position] == quote {
            return quotedElement(bytes, from: position + 1)
        }
        var plain: [UInt8] = []
        // Blanks at the end are left out, unless they are escaped.
        var keptCount = 0
        var isEscaped = false
        while position < bytes.endIndex, bytes[position] != comma {
            switch bytes[position] {
            case quote, UInt8(ascii: "{"), UInt8(ascii: "}"): return nil
            case backslash:
                guard position + 1 < bytes.endIndex else { return nil }
                position += 1
                isEscaped = true
                plain.append(bytes[position])
                keptCount = plain.count
            default:
                plain.append(bytes[position])
                if !isBlank(bytes[position]) { keptCount = plain.count }
            }
            position += 1
        }
        guard keptCount > 0 else { return nil }
        let text = String(decoding: plain.prefix(keptCount), as: UTF8.self)
        return (!isEscaped && text.lowercased() == "null" ? nil : text, position)
    }

    private static func quotedElement(
        _ bytes: ArraySlice<UInt8>,
        from start: Int
    ) -> (element: String?, end: Int)? {
        var plain: [UInt8] = []
        var position = start
        while position < bytes.endIndex, bytes[position] != quote {
            if bytes[position] == backslash { position += 1 }
            guard position < bytes.endIndex else { return nil }
            plain.append(bytes[position])
            position += 1
        }
        guard position < bytes.endIndex else { return nil }
        position += 1
        while position < bytes.endIndex, isBlank(bytes[position]) { position += 1 }
        guard position == bytes.endIndex || bytes[position] == comma else { return nil }
        return (String(decoding: plain, as: UTF8.self), position)
    }

    private static func quotedWhereNeeded(_ element: String) -> String {
        let isPlain =
            !element.isEmpty && element.lowercased() != "null"
            && element.utf8.allSatisfy { byte in
                !isBlank(byte) && ![quote, backslash, comma].contains(byte)
                    && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "}")
            }
        guard !isPlain else { return element }
        var bytes = [quote]
        for byte in element.utf8 {
            if byte == quote || byte == backslash { bytes.append(backslash) }
            bytes.append(byte)
        }
        bytes.append(quote)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let comma = UInt8(ascii: ",")
}
