/// Objects and arrays looked at one level deep.
///
/// A join's payload is read four levels deep and a broadcast's one; building a tree of either would
/// cost many times the payload's size, which whoever sends it chooses.
extension JSONScanner {
    /// Visits the members of the object whose brace stands at `start`, in the order written.
    ///
    /// - Parameters:
    ///   - bytes: The text that the object stands in.
    ///   - start: Where the opening brace stands.
    ///   - visit: Gets where a key stands, quotes included, and where its value stands.
    /// - Returns: The position after the closing brace.
    /// - Throws: ``MalformedJSON`` at the first byte that cannot be part of the object.
    static func endOfObject(
        _ bytes: Span<UInt8>,
        from start: Int,
        visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(MalformedJSON) -> Int {
        var position = endOfSpace(bytes, from: start + 1)
        if try byte(bytes, at: position) == .closeBrace { return position + 1 }
        while true {
            let value = try endOfKey(bytes, from: position)
            let end = try endOfValue(bytes, from: value.position)
            visit(position..<value.keyEnd, value.position..<end)
            position = endOfSpace(bytes, from: end)
            switch try byte(bytes, at: position) {
            case .comma: position = endOfSpace(bytes, from: position + 1)
            case .closeBrace: return position + 1
            default: throw .unexpectedByte(offset: position)
            }
        }
    }

    /// Visits the elements of the array whose bracket stands at `start`, in order.
    ///
    /// - Parameters:
    ///   - bytes: The text that the array stands in.
    ///   - start: Where the opening bracket stands.
    ///   - visit: Gets where an element stands.
    /// - Returns: The position after the closing bracket.
    /// - Throws: ``MalformedJSON`` at the first byte that cannot be part of the array.
    static func endOfArray(
        _ bytes: Span<UInt8>,
        from start: Int,
        visit: (_ element: Range<Int>) -> Void
    ) throws(MalformedJSON) -> Int {
        var position = endOfSpace(bytes, from: start + 1)
        if try byte(bytes, at: position) == .closeBracket { return position + 1 }
        while true {
            let end = try endOfValue(bytes, from: position)
            visit(position..<end)
            position = endOfSpace(bytes, from: end)
            switch try byte(bytes, at: position) {
            case .comma: position = endOfSpace(bytes, from: position + 1)
            case .closeBracket: return position + 1
            default: throw .unexpectedByte(offset: position)
            }
        }
    }

    /// Checks that nothing but white space follows the value that ends at `end`.
    static func expectEnd(_ bytes: Span<UInt8>, at end: Int) throws(MalformedJSON) {
        let rest = endOfSpace(bytes, from: end)
        guard rest == bytes.count else { throw .unexpectedByte(offset: rest) }
    }

    /// Whether the key at `range`, quotes included, says `name`, however it is escaped.
    ///
    /// - Parameters:
    ///   - bytes: The text that the key stands in, already scanned.
    ///   - range: Where the key stands.
    ///   - name: What it is compared with. ASCII.
    /// - Returns: False also when the key holds an escape that stands for anything but ASCII.
    static func key(_ bytes: Span<UInt8>, _ range: Range<Int>, is name: String) -> Bool {
        var position = range.lowerBound + 1
        for expected in name.utf8 {
            guard position < range.upperBound - 1 else { return false }
            if bytes[position] == .backslash {
                guard let escape = try? escape(bytes, from: position),
                    escape.value == UInt32(expected)
                else { return false }
                position = escape.end
            } else {
                guard bytes[position] == expected else { return false }
                position += 1
            }
        }
        return position == range.upperBound - 1
    }
}
