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

    /// Reads the head at the start of `bytes`.
    ///
    /// - Returns: Nil when the head is not complete yet.
    /// - Throws: Every ``ProtocolViolation`` that a head alone can be.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(ProtocolViolation) -> FrameHeader? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
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
        guard bytes.count >= 2 + extraByteCount else { return nil }
        var count = UInt64(short)
        if extraByteCount > 0 {
            count = bytes[(start + 2)..<(start + 2 + extraByteCount)].reduce(0) {
                $0 << 8 | UInt64($1)
            }
            guard count >= (extraByteCount == 2 ? 126 : 65_536), let whole = Int64(exactly: count)
            else { throw .lengthMalformed }
            count = UInt64(whole)
        }
        return FrameHeader(
            opcode: opcode,
            isFinal: isFinal,
            byteCount: 2 + extraByteCount,
            payloadByteCount: Int(count)
        )
    }
}
