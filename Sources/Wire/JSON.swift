/// A JSON value taken apart, for the few texts whose inside the gateway has to know.
///
/// Whoever can do with the text as it is uses ``JSONText``: a tree costs many times its bytes.
public indirect enum JSON: Hashable, Sendable {
    /// One key of an object and its value.
    public struct Member: Hashable, Sendable {
        /// The key, escapes resolved.
        public let key: String

        /// What stands under the key.
        public let value: JSON

        /// Puts a key and its value together.
        public init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// The value `null`.
    case null

    /// `true` or `false`.
    case bool(Bool)

    /// A number with the digits that it was written with.
    case number(String)

    /// A string, escapes resolved.
    case string(String)

    /// The elements of an array, in order.
    case array([JSON])

    /// The members of an object in the order written, a key that came twice being there twice.
    case object([Member])

    /// The value of the member `key`, of several the last; nil when there is none.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The string, or nil when this is none.
    public var stringValue: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The truth value, or nil when this is none.
    public var boolValue: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// The number if it is whole and fits, or nil.
    public var integerValue: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    /// The elements, or nil when this is no array.
    public var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, or nil when this is no object.
    public var objectValue: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// This value as text, without white space, numbers as they were.
    public var text: JSONText {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return JSONText(trusted: bytes)
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let string): JSONQuoting.append(string, to: &bytes)
        case .array(let elements):
            bytes.append(.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(.comma) }
                element.append(to: &bytes)
            }
            bytes.append(.closeBracket)
        case .object(let members):
            bytes.append(.openBrace)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(.comma) }
                JSONQuoting.append(member.key, to: &bytes)
                bytes.append(.colon)
                member.value.append(to: &bytes)
            }
            bytes.append(.closeBrace)
        }
    }
}
