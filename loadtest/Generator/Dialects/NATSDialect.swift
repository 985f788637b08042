internal import LoadChecks
public import LoadScenarios
public import WebSocketClient

/// The protocol of NATS over WebSockets, core publish and subscribe only.
///
/// NATS confirms nothing. So whatever wants an answer also asks for one message on an inbox of its
/// own: the server gives it back after it did what came before. Who shares an inbox by chance gets
/// the same answer, once and not before its own turn.
public struct NATSDialect: Dialect {
    /// Has nothing to know.
    public init() {}

    /// The URL as it is.
    ///
    /// - Parameters:
    ///   - url: Such as `ws://127.0.0.1:9222`.
    ///   - topic: Not needed.
    ///   - token: Not needed.
    /// - Returns: The address.
    /// - Throws: ``WebSocketAddress/Malformed``.
    public func address(url: String, topic: String, token: String?) throws -> WebSocketAddress {
        try WebSocketAddress(url)
    }

    /// `CONNECT`.
    public var greeting: OutgoingMessage? {
        Self.message(#"CONNECT {"verbose":false,"pedantic":false,"echo":true,"name":"loadtest"}"#)
    }

    /// Never: the server asks, and ``pong`` answers.
    public var heartbeatInterval: Duration? { nil }

    /// `SUB`.
    public func join(
        _ plan: TopicPlan,
        topic: String,
        ref: UInt32,
        token: String?,
        replaySince: Int64?
    ) -> OutgoingMessage? {
        Self.message("SUB \(topic) \(ref)", Self.question(topic, ref))
    }

    /// `UNSUB`.
    public func leave(topic: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage? {
        Self.message("UNSUB \(joinRef)", Self.question(topic, ref))
    }

    /// `PUB` of the mark and its filling.
    public func broadcast(
        topic: String,
        name: String,
        mark: String,
        fillingByteCount: Int,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage {
        let payload = MarkedPayload.plain(mark: mark, fillingByteCount: fillingByteCount)
        let head = "PUB \(topic) \(payload.count)\r\n"
        return OutgoingMessage(bytes: Array(head.utf8) + payload + [13, 10], isBinary: true)
    }

    /// Nothing: NATS has no presence.
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

    /// `PONG`.
    public var pong: OutgoingMessage? { Self.message("PONG") }

    /// A line, and with `MSG` and `HMSG` so many bytes as its last number says and a line's end.
    public func firstMessageByteCount(in bytes: Span<UInt8>) -> Int? {
        guard let end = Self.endOfLine(bytes) else { return nil }
        guard Self.hasPayload(bytes) else { return end }
        var start = end - 2
        while start > 0, bytes[start - 1] != 0x20 { start -= 1 }
        guard let count = JSONWalk.number(bytes, start..<(end - 2)) else { return end }
        let whole = end + Int(count) + 2
        return whole <= bytes.count ? whole : nil
    }

    /// `MSG` is a message or an answer, `-ERR` is trouble.
    public func arrival(_ message: Span<UInt8>, isBinary: Bool) -> Arrival {
        guard message.count > 4 else { return .other }
        switch message[0] {
        case UInt8(ascii: "M"), UInt8(ascii: "H"):
            guard Self.hasPayload(message) else { return .other }
            return Self.delivered(message)
        case UInt8(ascii: "P"): return message[1] == UInt8(ascii: "I") ? .ping : .other
        case UInt8(ascii: "-"): return .trouble(topic: nil)
        default: return .other
        }
    }

    /// What stands behind `-ERR`, names of topics left out.
    public func reason(_ message: Span<UInt8>, isBinary: Bool) -> String {
        let line = JSONWalk.text(message, 0..<(Self.endOfLine(message) ?? message.count))
        let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
        guard quoted.count >= 2 else { return "" }
        let words = quoted[1].split(separator: " ")
        // Permissions Violation for Publish to "x".
        return RefusalReason.counted(
            words.prefix { $0 != "to" }.joined(separator: " ")
        )
    }

    /// `MSG trip:7 3 128` or `MSG _INBOX.… r3 0`, both perhaps with a place to answer to.
    private static func delivered(_ message: Span<UInt8>) -> Arrival {
        var place = message[0] == UInt8(ascii: "M") ? 4 : 5
        let topic = word(message, &place)
        let name = word(message, &place)
        guard !topic.isEmpty, !name.isEmpty else { return .other }
        guard message[name.lowerBound] == UInt8(ascii: "r") else {
            return .message(
                topic: TopicNumber.of(message.extracting(topic)),
                isReplayed: false
            )
        }
        guard let ref = JSONWalk.number(message, name.dropFirst()) else { return .other }
        return .reply(ref: ref, isAccepted: true)
    }

    private static func word(_ message: Span<UInt8>, _ place: inout Int) -> Range<Int> {
        while place < message.count, message[place] == 0x20 { place += 1 }
        let start = place
        while place < message.count, message[place] > 0x20 { place += 1 }
        return start..<place
    }

    private static func hasPayload(_ bytes: Span<UInt8>) -> Bool {
        let start = bytes[0] == UInt8(ascii: "H") ? 1 : 0
        guard bytes.count > start + 3 else { return false }
        return bytes[start] == UInt8(ascii: "M") && bytes[start + 1] == UInt8(ascii: "S")
            && bytes[start + 2] == UInt8(ascii: "G") && bytes[start + 3] == 0x20
    }

    /// The place behind the first line.
    private static func endOfLine(_ bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices where bytes[index] == 10 {
            return index > 0 && bytes[index - 1] == 13 ? index + 1 : nil
        }
        return nil
    }

    /// Asks for one message that says that everything before it is done.
    private static func question(_ topic: String, _ ref: UInt32) -> String {
        let inbox = "_INBOX.loadtest.\(TopicNumber.of(topic)).\(ref)"
        return "SUB \(inbox) r\(ref)\r\nUNSUB r\(ref) 1\r\nPUB \(inbox) 0\r\n"
    }

    private static func message(_ lines: String...) -> OutgoingMessage {
        OutgoingMessage(bytes: lines.flatMap { Array($0.utf8) + [13, 10] }, isBinary: true)
    }
}
