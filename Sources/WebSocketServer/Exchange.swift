/// A request with a body, from its header to its answer.
final class Exchange {
    /// How far it is.
    enum Phase {
        /// The body arrives.
        case reading
        /// The body is there, its answer is not.
        case waiting
        /// It is answered already; the rest of the body is read so that the answer arrives, as TCP
        /// drops what was sent when it ends with unread bytes.
        case discarding
    }

    let number: RequestNumber
    let method: String
    let framing: BodyFraming
    /// Whether a further request may follow on the same TCP connection.
    let mayContinue: Bool
    /// What the delegate let the body come with.
    var admission: (any Sendable)?
    var phase = Phase.reading
    /// The answer, once it is there, until it is written.
    var response: Response?
    var counted: [UInt8] = []
    var chunked = ChunkedBody(byteCountMax: 0)
    /// What is held for it, as the loop counts it.
    var heldByteCount = 0
    var discardedByteCount = 0

    init(
        number: RequestNumber,
        method: String,
        framing: BodyFraming,
        mayContinue: Bool
    ) {
        self.number = number
        self.method = method
        self.framing = framing
        self.mayContinue = mayContinue
    }

    /// Hands the body over; it is not held here any more.
    func takeBody() -> [UInt8] {
        let body = framing == .chunked ? chunked.content : counted
        counted = []
        chunked = ChunkedBody(byteCountMax: 0)
        return body
    }
}
