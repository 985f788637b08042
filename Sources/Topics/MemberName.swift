/// Whom the claim `sub` names, or a column that says who is concerned.
///
/// PostgreSQL writes a UUID in lower case and tokens may not: two spellings of one UUID are the
/// same member. Any other text is the same only byte for byte.
public struct MemberName: Hashable, Sendable {
    private let exact: ExactText

    /// Takes a member's name as it came.
    ///
    /// - Parameter text: A UUID or any other text.
    public init(_ text: String) {
        // Mostly it is lower case already, and needs no text of its own.
        let lowercased = Self.isUUID(text) ? text.lowercased() : text
        exact = ExactText(lowercased == text ? text : lowercased)
    }

    private static func isUUID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { place, byte in
            switch place {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default:
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    true
                default: false
                }
            }
        }
    }
}

extension MemberName: CustomStringConvertible {
    /// Nothing of the name, which is personal data and stays out of logs.
    public var description: String { "MemberName" }
}
