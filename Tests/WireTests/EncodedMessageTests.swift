import Testing

@testable import Wire

@Suite struct EncodedMessageTests {
    @Test("A short message is one frame")
    func whole() {
        let message = EncodedMessage(.text, payload: Array("hi".utf8))
        #expect(message.first.bytes == [0x81, 2, 0x68, 0x69])
        #expect(message.rest.isEmpty)
        #expect(message.byteCount == 4)
        #expect(EncodedMessage(.text, payload: []).first.bytes == [0x81, 0])
    }

    @Test("A long message is cut into fragments that are whole frames")
    func fragments() {
        let payload = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let message = EncodedMessage(.binary, payload: payload)
        let frames = ([message.first] + message.rest).map(ReadFrame.init)
        #expect(frames.map(\.opcode) == [2, 0, 0, 0])
        #expect(frames.map(\.isFinal) == [false, false, false, true])
        #expect(frames.map(\.payload.count) == [65_536, 65_536, 65_536, 3_392])
        #expect(frames.flatMap(\.payload) == payload)
        #expect(message.byteCount == 200_000 + 3 * 10 + 4)
    }
}
