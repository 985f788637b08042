public import LoadScenarios
public import WebSocketClient

/// One WebSocket for each topic: what is sent goes to all, without any protocol around it.
///
/// The least that publish and subscribe over WebSockets can be; what was sent comes back, too.
public struct PlainDialect: Dialect {
    /// Has nothing to know.
    public init() {}

    /// The URL with the topic behind its path.
    ///
    /// - Parameters:
    ///   - url: Such as `ws://127.0.0.1:9000`.
    ///   - topic: The topic.
    ///   - token: Not needed.
    /// - Returns: The address.
    /// - Throws: ``WebSocketAddress/Malformed``.
    public func address(url: String, topic: String, token: String?) throws -> WebSocketAddress {
        var address = try WebSocketAddress(url)
        if !address.path.hasSuffix("/") { address.path += "/" }
        for byte in topic.utf8 {
            // Whoever reads the path's end as it is shall find the usual topics in it.
            let isPlain = byte > 0x20 && byte < 0x7F && !Self.special.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            address.path +=
                isPlain
                ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        return address
    }

    private static let special = Array("%?#/".utf8)

    /// Nothing.
    public var greeting: OutgoingMessage? { nil }

    /// Never.
    public var heartbeatInterval: Duration? { nil }

    /// Nothing: being connected is being joined.
    public func join(
        _ plan: TopicPlan,
        topic: String,
        ref: UInt32,
        token: String?,
        replaySince: Int64?
    ) -> OutgoingMessage? { nil }

    /// Nothing.
    public func leave(topic: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage? { nil }

    /// A text of the mark and its filling.
    public func broadcast(
        topic: String,
        name: String,
        mark: String,
        fillingByteCount: Int,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage {
        OutgoingMessage(bytes: MarkedPayload.plain(mark: mark, fillingByteCount: fillingByteCount))
    }

    /// Nothing.
    public func track(
        topic: String,
        number: UInt64,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? { nil }

    /// Nothing.
    public func accessToken(
        topic: String,
        token: String,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? { nil }

    /// Nothing.
    public func heartbeat(ref: UInt32) -> OutgoingMessage? { nil }

    /// Everything is a message of the one topic.
    public func arrival(_ message: Span<UInt8>, isBinary: Bool) -> Arrival {
        .message(topic: nil, isReplayed: false)
    }

    /// Nothing: such a server refuses nothing but the handshake.
    public func reason(_ message: Span<UInt8>, isBinary: Bool) -> String { "" }
}
