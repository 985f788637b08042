import Wire

/// Reads filters such as `owner=eq.4,status=not.in.(a,"b,c")`.
///
/// Works on bytes, each of which it looks at a few times at the most.
struct FilterReader {
    /// Conditions that one binding may have.
    static let filterCountMax = 100

    /// Values that one list of `in` may have.
    static let valueCountMax = 100

    /// Why a filter cannot be taken.
    enum Malformed: Error, Equatable {
        /// It cannot be read; the text says how it was taken.
        case syntax(String)

        /// The list of an `in`, as an array's text, is no array.
        case array(String)

        /// The list of an `in` is too long.
        case tooManyValues
    }

    /// Reads all conditions of a filter; none where it is blank.
    static func filters(in text: String) throws(Malformed) -> [ChangeFilter] {
        let bytes = trimmed(Array(text.utf8)[...])
        guard !bytes.isEmpty else { return [] }
        let segments = segments(of: bytes)
        guard segments.count <= filterCountMax else {
            throw .syntax("filter must not have more than \(filterCountMax) conditions")
        }
        var filters: [ChangeFilter] = []
        for segment in segments { filters.append(try filter(trimmed(segment))) }
        return filters
    }

    /// Cuts at the commas outside quotes and parentheses; a quote counts at a value's start only.
    private static func segments(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var segments: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var depth = 0
        var isQuoted = false
        var previous: UInt8 = 0
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            if isQuoted {
                if byte == backslash, position + 1 < bytes.endIndex {
                    position += 1
                } else if byte == quote {
                    isQuoted = false
                }
            } else {
                switch byte {
                case quote where [point, openParenthesis, comma].contains(previous):
                    isQuoted = true
                case openParenthesis: depth += 1
                case closeParenthesis: depth = max(0, depth - 1)
                case comma where depth == 0:
                    segments.append(bytes[start..<position])
                    start = position + 1
                default: break
                }
            }
            previous = byte == comma && start == position + 1 ? 0 : byte
            position += 1
        }
        return segments + [bytes[start...]]
    }

    private static func filter(_ segment: ArraySlice<UInt8>) throws(Malformed) -> ChangeFilter {
        guard !segment.isEmpty else {
            throw .syntax("filter must not contain empty segments (check for extra commas)")
        }
        guard let equals = segment.firstIndex(of: equals) else {
            throw .syntax(InspectedText.list([text(segment)]))
        }
        var rest = segment[(equals + 1)...]
        let isNegated = rest.starts(with: "not.".utf8)
        if isNegated { rest = rest.dropFirst(4) }
        guard let point = rest.firstIndex(of: point) else {
            throw .syntax(InspectedText.list([text(rest)]))
        }
        let (name, value) = (text(rest[..<point]), rest[(point + 1)...])
        guard let comparison = ChangeFilter.Comparison(rawValue: name) else {
            throw .syntax(InspectedText.list([name, text(value)]))
        }
        let column = text(segment[..<equals])
        guard comparison == .in else {
            return ChangeFilter(
                column: column,
                comparison: comparison,
                values: [text(unquoted(value))],
                isNegated: isNegated
            )
        }
        guard value.count >= 2, value.first == openParenthesis, value.last == closeParenthesis
        else { throw .syntax("`in` filter value must be wrapped by parentheses") }
        return try list(value.dropFirst().dropLast(), column: column, isNegated: isNegated)
    }

    private static func list(
        _ inside: ArraySlice<UInt8>,
        column: String,
        isNegated: Bool
    ) throws(Malformed) -> ChangeFilter {
        guard let elements = ArrayText.elements(inside) else {
            throw .array("{\(text(inside))}")
        }
        guard elements.count <= valueCountMax else { throw .tooManyValues }
        let values = elements.compactMap(\.self)
        // To be none of several, one of which is unknown, is never true.
        let isNever = isNegated && values.count < elements.count
        return ChangeFilter(
            column: column,
            comparison: .in,
            values: isNever ? [] : values,
            isNegated: isNever ? false : isNegated
        )
    }

    /// The inside of a value that is quoted as a whole, its escapes resolved; any other as it is.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard value.first == quote else { return value }
        var inside: [UInt8] = []
        var position = value.startIndex + 1
        while position < value.endIndex {
            switch value[position] {
            case quote:
                return position + 1 == value.endIndex ? inside[...] : value
            case backslash where position + 1 < value.endIndex:
                inside.append(value[position + 1])
                position += 2
            default:
                inside.append(value[position])
                position += 1
            }
        }
        return value
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop(while: ArrayText.isBlank)
        while let last = bytes.last, ArrayText.isBlank(last) { bytes.removeLast() }
        return bytes
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let comma = UInt8(ascii: ",")
    private static let point = UInt8(ascii: ".")
    private static let equals = UInt8(ascii: "=")
    private static let openParenthesis = UInt8(ascii: "(")
    private static let closeParenthesis = UInt8(ascii: ")")
}
