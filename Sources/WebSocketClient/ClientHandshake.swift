/// The opening handshake as seen by the side that connects.
///
/// A pure machine: it says what to send, takes what arrives, and ends with the bytes behind the
/// handshake or with a ``HandshakeFailure``.
public struct ClientHandshake: Sendable {
    /// Bytes that the answer's head may have.
    static let headByteCountMax = 65_536

    /// Bytes of a refusal's body that are kept.
    static let bodyByteCountMax = 65_536

    /// What to send, once.
    public let request: [UInt8]

    private let accept: String
    private var arrived: [UInt8] = []
    private var refusal: HTTPAnswer?

    /// Prepares the request.
    ///
    /// - Parameters:
    ///   - address: What to ask for, and from whom.
    ///   - headers: Further lines of the request. Names and values must not contain line breaks.
    ///   - nonce: 16 random bytes.
    public init(
        _ address: WebSocketAddress,
        headers: [(name: String, value: String)] = [],
        nonce: [UInt8]
    ) {
        precondition(nonce.count == 16, "RFC 6455 has keys of 16 bytes")
        let key = HandshakeDigest.base64(nonce)
        accept = HandshakeDigest.accept(key: key)
        var lines = [
            "GET \(address.target) HTTP/1.1",
            "Host: \(address.hostHeader)",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: \(key)",
            "Sec-WebSocket-Version: 13",
        ]
        for (name, value) in headers {
            let line = "\(name): \(value)"
            let hasBreak = line.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
            precondition(!hasBreak, "a header must be one line")
            lines.append(line)
        }
        request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Takes bytes of the answer.
    ///
    /// - Parameter bytes: As they arrived.
    /// - Returns: The bytes behind the answer once it is complete; nil before.
    /// - Throws: ``HandshakeFailure``. A refusal is thrown when its body is complete, too.
    public mutating func receive(
        _ bytes: some Collection<UInt8>
    ) throws(HandshakeFailure) -> [UInt8]? {
        let known = arrived.count
        arrived.append(contentsOf: bytes)
        if refusal == nil {
            guard let end = endOfHead(from: max(known - 3, 0)) else {
                guard arrived.count <= Self.headByteCountMax else { throw .headTooLong }
                return nil
            }
            guard end <= Self.headByteCountMax else { throw .headTooLong }
            guard let answer = HTTPAnswer(head: arrived[..<(end - 4)]) else {
                throw .answerMalformed
            }
            arrived.removeSubrange(..<end)
            guard answer.status != 101 else {
                try check(answer)
                return arrived
            }
            refusal = answer
        }
        try finishRefusal()
        return nil
    }

    /// Says why there is no WebSocket when nothing more will come.
    ///
    /// - Returns: The refusal with as much of its body as came, or ``HandshakeFailure/endedEarly``.
    public func ended() -> HandshakeFailure {
        guard var answer = refusal else { return .endedEarly }
        answer.body = Array(arrived.prefix(Self.bodyByteCountMax))
        return .refused(answer)
    }

    private func finishRefusal() throws(HandshakeFailure) {
        let promised = refusal?.bodyByteCount ?? .max
        guard arrived.count >= min(promised, Self.bodyByteCountMax), var answer = refusal else {
            return
        }
        answer.body = Array(arrived.prefix(min(promised, Self.bodyByteCountMax)))
        throw .refused(answer)
    }

    private func endOfHead(from start: Int) -> Int? {
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        return arrived[start...].firstRange(of: end)?.upperBound
    }

    private func check(_ answer: HTTPAnswer) throws(HandshakeFailure) {
        let upgrade = answer.value("upgrade")?.lowercased()
        let connection = answer.value("connection")?.lowercased()
        guard upgrade == "websocket", connection?.contains("upgrade") == true else {
            throw .upgradeMissing
        }
        guard answer.value("sec-websocket-accept") == accept else { throw .acceptWrong }
        guard answer.value("sec-websocket-extensions") == nil,
            answer.value("sec-websocket-protocol") == nil
        else { throw .extensionUnasked }
    }
}
