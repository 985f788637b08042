public import Wire

/// What a gateway sent that RFC 6455 does not allow, or that is more than was agreed to.
public enum ProtocolViolation: Error, Hashable, Sendable, CaseIterable {
    /// A reserved bit is set, though no extension was agreed on.
    case reservedBitSet

    /// The frame's kind is none that is defined.
    case opcodeUnknown

    /// The frame is masked; only frames to the gateway are.
    case masked

    /// The length is not written in the shortest way, or is no length.
    case lengthMalformed

    /// A ping, a pong or a close is fragmented, or carries more than 125 bytes.
    case controlFrameInvalid

    /// A fragment continues nothing, or a message begins before the last one ended.
    case fragmentOutOfPlace

    /// A message has more bytes than the limit.
    case messageTooBig

    /// A text or the reason of a close is no UTF-8.
    case textInvalid

    /// A close has half a code, or one that must not be sent.
    case closeCodeInvalid

    /// The code to close the connection with.
    public var closeCode: CloseCode {
        switch self {
        case .messageTooBig: .messageTooBig
        case .textInvalid: .invalidText
        case .reservedBitSet, .opcodeUnknown, .masked, .lengthMalformed, .controlFrameInvalid,
            .fragmentOutOfPlace, .closeCodeInvalid:
            .protocolError
        }
    }
}
