/// What of a topic's name may be logged: the part before its first colon.
///
/// `trip:42` and `user:6f1c…` name people's things; `trip` and `user` do not. A name without a
/// colon, or whose first part is long or has other characters than lowercase letters, digits, `_`
/// and `-`, shows as `other`.
public struct FamilyLabel: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of the longest family that is shown.
    public static let byteCountMax = 32

    /// The family, or `other`.
    public let text: String

    /// Takes the family from a topic's name.
    ///
    /// - Parameter topic: The name without `realtime:` in front; any text.
    public init(topic: String) {
        let prefix = topic.utf8.prefix(Self.byteCountMax + 1).prefix { $0 != UInt8(ascii: ":") }
        let hasColon = topic.utf8.dropFirst(prefix.count).first == UInt8(ascii: ":")
        let isPlain = prefix.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        let isFamily = hasColon && isPlain && !prefix.isEmpty && prefix.count <= Self.byteCountMax
        text = isFamily ? String(Substring(prefix)) : "other"
    }

    /// The family, as it is logged.
    public var description: String { text }
}
