/// How many characters the strings of a JSON value have, and of what kind.
///
/// It tells text that grows from other things that grow. Of a list only the first and the last
/// element count, since a list grows by having more elements, as a stroke that is being drawn does.
public struct TextMeasure: Hashable, Sendable {
    /// All characters.
    public private(set) var characters: Int32 = 0

    /// Those that are letters of ASCII, or of scripts that take two bytes for one.
    public private(set) var letters: Int32 = 0

    /// Those that are white space.
    public private(set) var spaces: Int32 = 0

    /// Those of other scripts, many of which write no spaces and say more with each character.
    public private(set) var wide: Int32 = 0

    /// Measures nothing.
    public init() {}

    /// Measures the strings of a value, keys left out.
    ///
    /// - Parameter value: The value; one that is longer than four million bytes has no measure.
    public init(of value: JSONText) {
        guard value.bytes.count < 1 << 22 else { return }
        var position = 0
        _ = Self.measure(value.bytes.span, at: &position, depth: 0, into: &self)
    }

    /// What this has more than another; less where it has less.
    public static func - (left: Self, right: Self) -> Self {
        var difference = left
        difference.characters -= right.characters
        difference.letters -= right.letters
        difference.spaces -= right.spaces
        difference.wide -= right.wide
        return difference
    }

    /// Both together.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.characters += right.characters
        sum.letters += right.letters
        sum.spaces += right.spaces
        sum.wide += right.wide
        return sum
    }

    /// Measures the value at a position and goes on to what follows it; false at the text's end.
    private static func measure(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        depth: Int,
        into measure: inout Self
    ) -> Bool {
        position = JSONScanner.endOfSpace(bytes, from: position)
        guard position < bytes.count, depth <= JSONScanner.depthMax else { return false }
        switch bytes[position] {
        case .quote: return measure.addString(bytes, at: &position)
        case .openBrace: return object(bytes, at: &position, depth: depth, into: &measure)
        case .openBracket: return array(bytes, at: &position, depth: depth, into: &measure)
        default:
            while position < bytes.count {
                switch bytes[position] {
                case .comma, .closeBrace, .closeBracket: return true
                default: position += 1
                }
            }
            return depth == 0
        }
    }

    private static func object(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        depth: Int,
        into measure: inout Self
    ) -> Bool {
        while true {
            position = JSONScanner.endOfSpace(bytes, from: position + 1)
            guard position < bytes.count else { return false }
            if bytes[position] == .closeBrace { break }
            guard let key = try? JSONScanner.endOfKey(bytes, from: position) else { return false }
            position = key.position
            guard Self.measure(bytes, at: &position, depth: depth + 1, into: &measure) else {
                return false
            }
            position = JSONScanner.endOfSpace(bytes, from: position)
            guard position < bytes.count else { return false }
            if bytes[position] != .comma { break }
        }
        position += 1
        return true
    }

    private static func array(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        depth: Int,
        into measure: inout Self
    ) -> Bool {
        var isFirst = true
        var last = Self()
        while true {
            position = JSONScanner.endOfSpace(bytes, from: position + 1)
            guard position < bytes.count else { return false }
            if bytes[position] == .closeBracket { break }
            var element = Self()
            guard Self.measure(bytes, at: &position, depth: depth + 1, into: &element) else {
                return false
            }
            if isFirst {
                measure = measure + element
            } else {
                last = element
            }
            isFirst = false
            position = JSONScanner.endOfSpace(bytes, from: position)
            guard position < bytes.count else { return false }
            if bytes[position] != .comma { break }
        }
        measure = measure + last
        position += 1
        return true
    }

    private mutating func addString(_ bytes: Span<UInt8>, at position: inout Int) -> Bool {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case .quote:
                position += 1
                return true
            case .backslash:
                guard let escape = try? JSONScanner.escape(bytes, from: position) else {
                    return false
                }
                add(escape.value)
                position = escape.end
            case let byte:
                // The first byte tells the script; the others are not counted again.
                switch byte {
                case ..<0x80: add(UInt32(byte))
                case ..<0xC0: break
                case ..<0xE0: add(0x80)
                default: add(0x800)
                }
                position += 1
            }
        }
        return false
    }

    private mutating func add(_ character: UInt32) {
        characters += 1
        switch character {
        case 0x20, 0x09, 0x0A, 0x0D: spaces += 1
        case 0x41...0x5A, 0x61...0x7A, 0x80..<0x800: letters += 1
        case 0x800...: wide += 1
        default: break
        }
    }
}
