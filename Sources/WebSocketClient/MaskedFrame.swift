internal import Wire

/// Frames for the way to the gateway, which RFC 6455 wants masked.
enum MaskedFrame {
    /// Appends one whole frame to `bytes`.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries.
    ///   - isFinal: Whether the message ends with it.
    ///   - payload: What comes after the head.
    ///   - mask: Four bytes that are hard to guess.
    ///   - bytes: What the frame is appended to.
    static func append(
        _ opcode: Frame.Opcode,
        isFinal: Bool = true,
        payload: some Collection<UInt8>,
        mask: UInt32,
        to bytes: inout [UInt8]
    ) {
        let count = payload.count
        bytes.reserveCapacity(bytes.count + 14 + count)
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        switch count {
        case 0..<126: bytes.append(0x80 | UInt8(count))
        case 126..<65_536:
            bytes.append(0x80 | 126)
            append(UInt64(count), byteCount: 2, to: &bytes)
        default:
            bytes.append(0x80 | 127)
            append(UInt64(count), byteCount: 8, to: &bytes)
        }
        append(UInt64(mask), byteCount: 4, to: &bytes)
        var turning = mask
        for byte in payload {
            turning = turning << 8 | turning >> 24
            bytes.append(byte ^ UInt8(truncatingIfNeeded: turning))
        }
    }

    private static func append(_ number: UInt64, byteCount: Int, to bytes: inout [UInt8]) {
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
        }
    }
}
