/// A topic's name such as `trip:42`, checked once at the edge.
///
/// Two names are the same only when their bytes are: PostgreSQL compares them so, and a verdict on
/// one spelling of a name must not open another.
public struct TopicName: Hashable, Sendable {
    /// Why a string is not a topic's name.
    public enum Malformed: Error, Hashable, Sendable {
        /// Nothing is there.
        case empty
        /// More than ``TopicName/byteCountMax`` bytes of UTF-8.
        case tooLong(byteCount: Int)
        /// A NUL character, at which PostgreSQL and libpq would cut the name off.
        case nul
        /// The text of a wire topic does not begin with ``TopicName/wirePrefix``.
        case prefixMissing
    }

    /// What stands before the name on the wire, and only there.
    public static let wirePrefix = "realtime:"

    /// Bytes of UTF-8 that a name may have: 1,024.
    ///
    /// The protocol sets no limit; this one keeps what a connection can make the node remember
    /// bounded.
    public static let byteCountMax = 1_024

    /// The name, without ``wirePrefix``.
    public var text: String { exact.text }

    /// The name as it stands on the wire, such as `realtime:trip:42`.
    public var wireText: String { Self.wirePrefix + text }

    /// The name in lower case, by which names are compared where one too many does no harm.
    ///
    /// Rules may find the same row by `user:A0…` and `user:a0…`.
    public var folded: TopicName {
        let isFolded = text.utf8.allSatisfy { $0 < 0x80 && !Self.upperCase.contains($0) }
        return isFolded ? self : TopicName(exact: ExactText(text.lowercased()))
    }

    private static let upperCase = UInt8(ascii: "A")...UInt8(ascii: "Z")

    private let exact: ExactText

    private init(exact: ExactText) { self.exact = exact }

    /// Checks a name that has no prefix.
    ///
    /// - Parameter text: 1 to ``byteCountMax`` bytes, no NUL.
    /// - Throws: ``Malformed``, naming the first thing that is wrong.
    public init(_ text: String) throws(Malformed) {
        guard !text.isEmpty else { throw .empty }
        let byteCount = text.utf8.count
        guard byteCount <= Self.byteCountMax else { throw .tooLong(byteCount: byteCount) }
        guard !text.utf8.contains(0) else { throw .nul }
        exact = ExactText(text)
    }

    /// Checks a name as it came over the wire.
    ///
    /// - Parameter wireText: ``wirePrefix`` and a name.
    /// - Throws: ``Malformed``; ``Malformed/empty`` when nothing follows the prefix.
    public init(wireText: String) throws(Malformed) {
        guard wireText.utf8.starts(with: Self.wirePrefix.utf8) else { throw .prefixMissing }
        let rest = wireText.utf8.dropFirst(Self.wirePrefix.utf8.count)
        try self.init(String(Substring(rest)))
    }
}

extension TopicName: CustomStringConvertible {
    /// The name, without ``wirePrefix``.
    public var description: String { text }
}
