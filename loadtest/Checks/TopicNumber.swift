/// A topic by a number that every process of a load test makes alike.
public enum TopicNumber {
    /// The number of a topic: FNV-1a, 64 bits, of its name's UTF-8 without `realtime:`.
    ///
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
    ///
    /// - Parameter topic: The topic as the scenario names it, such as `trip:42`.
    /// - Returns: The number.
    public static func of(_ topic: String) -> UInt64 {
        var utf8 = topic[...].utf8
        if topic.hasPrefix(prefix) { utf8 = utf8.dropFirst(prefix.utf8.count) }
        return utf8.reduce(offset) { ($0 ^ UInt64($1)) &* prime }
    }

    /// The number of a topic as it stands in a message; it allocates nothing.
    ///
    /// - Parameter topic: UTF-8 without `realtime:`.
    /// - Returns: The number.
    public static func of(_ topic: Span<UInt8>) -> UInt64 {
        var hash = offset
        for index in topic.indices { hash = (hash ^ UInt64(topic[index])) &* prime }
        return hash
    }

    private static let prefix = "realtime:"
    private static let offset: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01b3
}
