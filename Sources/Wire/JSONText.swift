/// One JSON value as it was written, without the white space around it.
///
/// Payloads and references travel through the gateway in this form: nothing is reformatted, no
/// number loses digits, no key moves. A value of this type is valid JSON; that makes it safe to
/// splice into frames for other people.
public struct JSONText: Hashable, Sendable {
    /// The value in UTF-8, never empty.
    public let bytes: [UInt8]

    /// The value `null`.
    public static let null = JSONText(trusted: Array("null".utf8))

    /// The value `{}`.
    public static let emptyObject = JSONText(trusted: Array("{}".utf8))

    /// Writes `string` as a JSON string.
    public init(string: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(string.utf8.count + 2)
        JSONQuoting.append(string, to: &bytes)
        self.bytes = bytes
    }

    /// Takes bytes from outside, if they are exactly one JSON value.
    ///
    /// - Parameter bytes: UTF-8; white space around the value is allowed and left out. Arrays and
    ///   objects may be nested 64 deep.
    public init?(validating bytes: [UInt8]) {
        let start = JSONScanner.endOfSpace(bytes.span, from: 0)
        guard let end = try? JSONScanner.endOfValue(bytes.span, from: start),
            JSONScanner.endOfSpace(bytes.span, from: end) == bytes.count
        else { return nil }
        self.bytes = start == 0 && end == bytes.count ? bytes : Array(bytes[start..<end])
    }

    /// Takes bytes that are known to be one JSON value, such as PostgreSQL's `jsonb` as text.
    ///
    /// Nothing is checked: bytes from a connection never come this way.
    public init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether this is `null`.
    public var isNull: Bool { bytes.first == .lowerN }

    /// Whether this is an object.
    public var isObject: Bool { bytes.first == .openBrace }

    /// Whether this is an array.
    public var isArray: Bool { bytes.first == .openBracket }

    /// Whether this is a number.
    public var isNumber: Bool { bytes.first.map { $0 == .minus || $0.isDigit } ?? false }

    /// The number if it is written as a whole one and fits, or nil for any other kind of value.
    public var integerValue: Int64? { isNumber ? Int64(text) : nil }

    /// Whether this is a string.
    public var isString: Bool { bytes.first == .quote }

    /// The text that this string stands for, or nil for any other kind of value.
    public var stringValue: String? {
        isString ? JSONQuoting.text(bytes, 0..<bytes.count) : nil
    }
}
