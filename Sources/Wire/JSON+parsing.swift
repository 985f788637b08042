/// From text to tree.
extension JSON {
    /// Parses one JSON value.
    ///
    /// The text is scanned as a whole before anything is built, so the tree's parts need no checks.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with white space around the value allowed.
    ///   - depthMax: Arrays and objects that may be open at once, 0 to 64. Default 64.
    /// - Throws: ``MalformedJSON`` with the first place that is wrong.
    public init(parsing bytes: [UInt8], depthMax: Int = 64) throws(MalformedJSON) {
        let start = JSONScanner.endOfSpace(bytes.span, from: 0)
        let end = try JSONScanner.endOfValue(bytes.span, from: start, depthMax: depthMax)
        try JSONScanner.expectEnd(bytes.span, at: end)
        var position = start
        self = try Self.value(bytes, &position)
    }

    /// Builds the value at `position`, whose nesting has been bounded, and moves behind it.
    private static func value(
        _ bytes: [UInt8],
        _ position: inout Int
    ) throws(MalformedJSON) -> JSON {
        let start = position
        switch bytes[start] {
        case .openBrace: return .object(try members(bytes, &position))
        case .openBracket: return .array(try elements(bytes, &position))
        default: break
        }
        position = try JSONScanner.endOfValue(bytes.span, from: start)
        switch bytes[start] {
        case .quote: return .string(JSONQuoting.text(bytes, start..<position))
        case .lowerT: return .bool(true)
        case .lowerF: return .bool(false)
        case .lowerN: return .null
        default: return .number(String(decoding: bytes[start..<position], as: UTF8.self))
        }
    }

    private static func members(
        _ bytes: [UInt8],
        _ position: inout Int
    ) throws(MalformedJSON) -> [Member] {
        var members: [Member] = []
        position = JSONScanner.endOfSpace(bytes.span, from: position + 1)
        while bytes[position] != .closeBrace {
            let (keyEnd, start) = try JSONScanner.endOfKey(bytes.span, from: position)
            let key = JSONQuoting.text(bytes, position..<keyEnd)
            position = start
            members.append(Member(key: key, value: try value(bytes, &position)))
            skipComma(bytes, &position)
        }
        position += 1
        return members
    }

    private static func elements(
        _ bytes: [UInt8],
        _ position: inout Int
    ) throws(MalformedJSON) -> [JSON] {
        var elements: [JSON] = []
        position = JSONScanner.endOfSpace(bytes.span, from: position + 1)
        while bytes[position] != .closeBracket {
            elements.append(try value(bytes, &position))
            skipComma(bytes, &position)
        }
        position += 1
        return elements
    }

    private static func skipComma(_ bytes: [UInt8], _ position: inout Int) {
        position = JSONScanner.endOfSpace(bytes.span, from: position)
        guard bytes[position] == .comma else { return }
        position = JSONScanner.endOfSpace(bytes.span, from: position + 1)
    }
}
