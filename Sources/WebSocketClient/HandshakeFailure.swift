/// Why a handshake made no WebSocket.
public enum HandshakeFailure: Error, Hashable, Sendable {
    /// The gateway answered with another status than 101.
    case refused(HTTPAnswer)

    /// The answer is not HTTP/1.1.
    case answerMalformed

    /// The answer's head is longer than 64 KiB.
    case headTooLong

    /// The answer lacks `Upgrade: websocket` or `Connection: upgrade`.
    case upgradeMissing

    /// `Sec-WebSocket-Accept` does not belong to the key that was sent.
    case acceptWrong

    /// The answer agrees to an extension or a protocol that nobody offered.
    case extensionUnasked

    /// The stream ended before the answer did.
    case endedEarly
}
