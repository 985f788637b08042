/// Finds its way in JSON that a server has written, looking at each byte at most once.
///
/// It does not check: what is no JSON is walked over in some way, within the bytes there are, and
/// answers nil or something that nothing else fits to. It allocates nothing.
enum JSONWalk {
    /// Moves behind white space.
    static func skipSpace(_ bytes: Span<UInt8>, _ place: inout Int) {
        while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
    }

    /// Moves behind white space and a byte, if that is there.
    static func skip(_ byte: UInt8, _ bytes: Span<UInt8>, _ place: inout Int) -> Bool {
        skipSpace(bytes, &place)
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Moves behind a string; answers what stands between its quotes, nil for what is no string.
    static func string(_ bytes: Span<UInt8>, _ place: inout Int) -> Range<Int>? {
        guard skip(UInt8(ascii: "\""), bytes, &place) else { return nil }
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return start..<(place - 1)
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return nil
    }

    /// Moves behind a value of any kind; answers where it stands, nil when it is not whole.
    static func value(_ bytes: Span<UInt8>, _ place: inout Int) -> Range<Int>? {
        skipSpace(bytes, &place)
        let start = place
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                guard string(bytes, &place) != nil else { return nil }
                if depth == 0 { return start..<place }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Behind a number, or `true`, that ends with what it stands in.
                guard depth > 0 else { return place > start ? start..<place : nil }
                depth -= 1
                place += 1
                if depth == 0 { return start..<place }
            case UInt8(ascii: ","):
                guard depth > 0 else { return place > start ? start..<place : nil }
                place += 1
            default: place += 1
            }
        }
        return depth == 0 && place > start ? start..<place : nil
    }

    /// Looks for a member of an object.
    ///
    /// - Parameters:
    ///   - key: Its key, as it is written.
    ///   - bytes: Where the object is.
    ///   - object: Where in it.
    /// - Returns: Where the value stands.
    static func member(_ key: [UInt8], _ bytes: Span<UInt8>, in object: Range<Int>) -> Range<Int>? {
        var place = object.lowerBound
        guard skip(UInt8(ascii: "{"), bytes, &place) else { return nil }
        while place < object.upperBound {
            guard let found = string(bytes, &place), skip(UInt8(ascii: ":"), bytes, &place),
                let value = value(bytes, &place)
            else { return nil }
            if equal(bytes, found, key) { return value }
            guard skip(UInt8(ascii: ","), bytes, &place) else { return nil }
        }
        return nil
    }

    /// Whether bytes are these.
    static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count where bytes[range.lowerBound + index] != text[index] {
            return false
        }
        return true
    }

    /// The number that bytes are in decimal digits.
    static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        guard (1...10).contains(range.count) else { return nil }
        var number: UInt64 = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + UInt64(digit)
        }
        return UInt32(exactly: number)
    }

    /// Bytes as text.
    static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }
}
