internal import Wire

/// The head of one frame from a gateway.
struct FrameHeader: Equatable {
    /// What the frame carries.
    let opcode: Frame.Opcode

    /// Whether a message ends with this frame.
    let isFinal: Bool

    /// Bytes of the head itself.
    let byteCount: Int

    /// Bytes that follow the head.
    let payloadByteCount: Int

    /// Whether the frame may stand between the fragments of a message.
    var isControl: Bool { opcode.rawValue >= 8 }

    /// Bytes that a head has at most.
    static let byteCountMax = 10

    /// Reads the head that begins at a place in `bytes`.
    ///
    /// - Returns: Nil when the head is not complete yet.
    /// - Throws: Every ``ProtocolViolation`` that a head alone can be.
    static func parse(
        _ bytes: Span<UInt8>,
        at start: Int
    ) throws(ProtocolViolation) -> FrameHeader? {
        guard bytes.count - start >= 2 else { return nil }
        let first = bytes[start]
        guard first & 0x70 == 0 else { throw .reservedBitSet }
        guard let opcode = Frame.Opcode(rawValue: first & 0x0F) else { throw .opcodeUnknown }
        guard bytes[start + 1] & 0x80 == 0 else { throw .masked }
        let isFinal = first & 0x80 != 0
        let short = Int(bytes[start + 1])
        if opcode.rawValue >= 8, short > Frame.controlByteCountMax || !isFinal {
            throw .controlFrameInvalid
        }
        let extraByteCount = short == 127 ? 8 : short == 126 ? 2 : 0
        guard bytes.count - start >= 2 + extraByteCount else { return nil }
        var count = UInt64(short)
        if extraByteCount > 0 {
            count = 0
            for index in (start + 2)..<(start + 2 + extraByteCount) {
                count = count << 8 | UInt64(bytes[index])
            }
            guard count >= (extraByteCount == 2 ? 126 : 65_536), count <= UInt64(Int.max)
            else { throw .lengthMalformed }
        }
        return FrameHeader(
            opcode: opcode,
            isFinal: isFinal,
            byteCount: 2 + extraByteCount,
            payloadByteCount: Int(count)
        )
    }
}
