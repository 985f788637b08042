/// One whole WebSocket frame from the gateway to a connection, header included.
///
/// Frames in this direction are not masked, so the same bytes serve every connection and thread.
public struct Frame: Hashable, Sendable {
    /// What a frame carries, by its number in RFC 6455.
    public enum Opcode: UInt8, CaseIterable, Sendable {
        /// A further part of a fragmented message.
        case continuation = 0x0

        /// UTF-8, or the first part of it.
        case text = 0x1

        /// Bytes, or the first part of them.
        case binary = 0x2

        /// The end of the connection.
        case close = 0x8

        /// A question whether the other side lives.
        case ping = 0x9

        /// The answer to a ping.
        case pong = 0xA
    }

    /// The most that a ping, a pong or a close may carry, in bytes.
    public static let controlByteCountMax = 125

    /// The frame as it goes to the wire.
    public let bytes: [UInt8]

    /// Frames `payload`.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries.
    ///   - isFinal: Whether the message ends with it. Default true.
    ///   - payload: What comes after the header.
    public init(_ opcode: Opcode, isFinal: Bool = true, payload: some Collection<UInt8>) {
        var bytes = Self.header(opcode, isFinal: isFinal, payloadByteCount: payload.count)
        bytes.append(contentsOf: payload)
        self.bytes = bytes
    }

    /// Takes bytes that a header from ``header(_:isFinal:payloadByteCount:)`` begins.
    init(framed bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Asks whether the connection lives.
    ///
    /// - Parameter payload: Comes back with the pong; longer than 125 bytes it is cut.
    /// - Returns: A frame of at most 127 bytes.
    public static func ping(_ payload: [UInt8] = []) -> Frame {
        Frame(.ping, payload: payload.prefix(controlByteCountMax))
    }

    /// Answers a ping.
    ///
    /// - Parameter payload: What the ping carried; longer than 125 bytes it is cut.
    /// - Returns: A frame of at most 127 bytes.
    public static func pong(_ payload: [UInt8] = []) -> Frame {
        Frame(.pong, payload: payload.prefix(controlByteCountMax))
    }

    /// Ends the connection.
    ///
    /// - Parameters:
    ///   - code: Why, as a number.
    ///   - reason: Why, in words; cut before the character that would pass 123 bytes. Default none.
    /// - Returns: A frame of at most 127 bytes.
    public static func close(code: CloseCode, reason: String = "") -> Frame {
        var payload = [UInt8(truncatingIfNeeded: code.rawValue >> 8)]
        payload.append(UInt8(truncatingIfNeeded: code.rawValue))
        for scalar in reason.unicodeScalars {
            let encoded = Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter
            guard payload.count + encoded.count <= controlByteCountMax else { break }
            payload.append(contentsOf: encoded)
        }
        return Frame(.close, payload: payload)
    }

    /// Answers a header, with room behind it for the payload.
    static func header(_ opcode: Opcode, isFinal: Bool, payloadByteCount count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(10 + count)
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        switch count {
        case 0..<126: bytes.append(UInt8(count))
        case 126..<65_536:
            bytes.append(126)
            bytes.append(UInt8(count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: count))
        default:
            bytes.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        return bytes
    }
}
