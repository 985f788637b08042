import Logging

/// What is seen of one WebSocket.
public enum ConnectionObservation: Sendable {
    /// A handshake was accepted.
    case opened

    /// A connection ended; `code` is the WebSocket close code, where there was one.
    case closed(End, code: Int?)

    /// A handshake was answered with an HTTP status instead of a connection.
    case handshakeRefused(status: Int, code: String)

    /// The token of a handshake, a join or an `access_token` was refused.
    case tokenRefused(reason: String)

    /// A message was not understood and was dropped.
    case messageMalformed(kind: String)

    /// Somebody would do more than a scope may; `limit` says more of what.
    case limitReached(scope: String, limit: String)

    /// How a connection came to its end.
    public enum End: String, CaseIterable, Sendable {
        /// The other side said goodbye with a close frame.
        case left

        /// The transport ended without a close frame.
        case lost

        /// The gateway closed it with a code: a rule of the protocol, or a limit.
        case cut

        /// Nothing was heard for longer than the idle timeout.
        case idle

        /// It did not read fast enough, and its queue went over the cap.
        case slow

        /// The gateway is ending.
        case draining
    }
}

extension ConnectionObservation {
    var line: LogLine {
        switch self {
        case .opened: LogLine(.connectionOpened)
        case .closed(let end, let code):
            LogLine(.connectionClosed, ["reason": "\(end.rawValue)", "code": .optional(code)])
        case .handshakeRefused(let status, let code):
            LogLine(.handshakeRefused, ["status": "\(status)", "code": "\(code)"])
        case .tokenRefused(let reason): LogLine(.tokenRefused, ["reason": "\(reason)"])
        case .limitReached(let scope, let limit):
            LogLine(.limitReached, ["scope": "\(scope)", "limit": "\(limit)"])
        case .messageMalformed(let kind): LogLine(.messageMalformed, ["kind": "\(kind)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .opened: [.add(.connectionsOpened), .add(.connections)]
        case .closed(let end, _):
            [.add(.connectionsClosed, [end.rawValue]), .add(.connections, amount: -1)]
        case .handshakeRefused(let status, let code):
            [.add(.handshakesRefused, ["\(status)", code])]
        case .tokenRefused(let reason): [.add(.tokensRefused, [reason])]
        case .limitReached(let scope, let limit): [.add(.limitsReached, [scope, limit])]
        case .messageMalformed(let kind): [.add(.messagesMalformed, [kind])]
        }
    }
}
