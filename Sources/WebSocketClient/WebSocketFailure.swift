/// Why a WebSocket could not be opened, or could not go on.
public enum WebSocketFailure: Error, Hashable, Sendable {
    /// The URL is no address of a WebSocket.
    case addressMalformed(WebSocketAddress.Malformed)

    /// The host has no IP address.
    ///
    /// - Parameter code: What `getaddrinfo` answered.
    case hostUnknown(code: Int32)

    /// No connection to any address of the host.
    ///
    /// - Parameter errorNumber: The C error number of the last try, such as `ECONNREFUSED`.
    case unreachable(errorNumber: Int32)

    /// The encrypted stream could not be set up or go on.
    case tls(TLSFailure)

    /// The handshake made no WebSocket; a refusal with its status and body is here.
    case handshake(HandshakeFailure)

    /// The gateway broke the protocol; the connection has been closed.
    case violation(ProtocolViolation)

    /// The deadline passed while connecting or sending.
    case timedOut

    /// The connection has ended, so nothing can be sent.
    case ended

    /// A heartbeat was not answered until the next one was due.
    case heartbeatLost
}

extension WebSocketFailure: CustomStringConvertible {
    /// The failure in a few words, without what was sent or received.
    public var description: String {
        switch self {
        case .addressMalformed(let malformed): "the address is malformed: \(malformed)"
        case .hostUnknown(let code): "the host has no address (\(code))"
        case .unreachable(let number): "no connection to the host (error \(number))"
        case .tls(let failure): "TLS: \(failure)"
        case .handshake(.refused(let answer)): "the handshake was refused with \(answer.status)"
        case .handshake(let failure): "the handshake failed: \(failure)"
        case .violation(let violation): "the gateway broke the protocol: \(violation)"
        case .timedOut: "the deadline passed"
        case .ended: "the connection has ended"
        case .heartbeatLost: "a heartbeat was not answered"
        }
    }
}
