@testable import Wire

/// A frame read back by the rules of RFC 6455, written apart from the code under test.
struct ReadFrame: Equatable {
    let isFinal: Bool
    let opcode: UInt8
    let payload: [UInt8]

    init(_ frame: Frame) {
        let bytes = frame.bytes
        precondition(bytes[1] & 0x80 == 0, "frames to a connection are not masked")
        isFinal = bytes[0] & 0x80 != 0
        opcode = bytes[0] & 0x0F
        let start: Int
        let count: Int
        switch bytes[1] {
        case 126: (start, count) = (4, Int(bytes[2]) * 256 + Int(bytes[3]))
        case 127: (start, count) = (10, bytes[2..<10].reduce(0) { $0 * 256 + Int($1) })
        default: (start, count) = (2, Int(bytes[1]))
        }
        precondition(bytes.count == start + count, "the header tells the payload's length")
        payload = Array(bytes[start...])
    }

    /// The text of a message, its fragments put together.
    static func text(_ message: EncodedMessage) -> String {
        let frames = ([message.first] + message.rest).map(ReadFrame.init)
        return String(decoding: frames.flatMap(\.payload), as: UTF8.self)
    }
}
