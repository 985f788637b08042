/// A message as the frames that carry it, made once for all who get it.
///
/// Almost every message is one frame. A long one is cut into fragments, so that a ping or a close
/// never waits for megabytes to pass.
public struct EncodedMessage: Hashable, Sendable {
    /// The most that one frame of a message carries, in bytes.
    public static let fragmentByteCountMax = 65_536

    /// The only frame, or the first fragment.
    public let first: Frame

    /// The further fragments, in order; nothing but control frames may come between them.
    public let rest: [Frame]

    /// Bytes that the message takes on the wire, headers included.
    public let byteCount: Int

    /// Takes a message that is one frame.
    init(whole frame: Frame) {
        first = frame
        rest = []
        byteCount = frame.bytes.count
    }

    /// Frames the `byteCount` bytes that `append` appends, in fragments when they are many.
    init(_ opcode: Frame.Opcode, byteCount: Int, append: (inout [UInt8]) -> Void) {
        let isWhole = byteCount <= Self.fragmentByteCountMax
        var bytes =
            isWhole ? Frame.header(opcode, isFinal: true, payloadByteCount: byteCount) : []
        if !isWhole { bytes.reserveCapacity(byteCount) }
        let headerByteCount = bytes.count
        append(&bytes)
        precondition(bytes.count - headerByteCount == byteCount, "a message has another length")
        self = isWhole ? Self(whole: Frame(framed: bytes)) : Self(opcode, payload: bytes)
    }

    /// Frames `payload`, in fragments when it is long.
    ///
    /// - Parameters:
    ///   - opcode: `.text` or `.binary`.
    ///   - payload: The message.
    public init(_ opcode: Frame.Opcode, payload: [UInt8]) {
        let size = Self.fragmentByteCountMax
        let head = payload.prefix(size)
        first = Frame(opcode, isFinal: payload.count <= size, payload: head)
        rest = stride(from: size, to: payload.count, by: size).map { start in
            let end = min(start + size, payload.count)
            return Frame(
                .continuation,
                isFinal: end == payload.count,
                payload: payload[start..<end]
            )
        }
        byteCount = rest.reduce(first.bytes.count) { $0 + $1.bytes.count }
    }
}
