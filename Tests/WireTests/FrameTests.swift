import Testing

@testable import Wire

@Suite struct FrameTests {
    @Test("The header is as RFC 6455 has it at every length")
    func headers() {
        let header = { (count: Int) in
            Array(
                Frame(.text, payload: [UInt8](repeating: 0x61, count: count)).bytes
                    .dropLast(count)
            )
        }
        #expect(header(0) == [0x81, 0])
        #expect(header(125) == [0x81, 125])
        #expect(header(126) == [0x81, 126, 0, 126])
        #expect(header(65_535) == [0x81, 126, 0xFF, 0xFF])
        #expect(header(65_536) == [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])
        #expect(header(5_000_000) == [0x81, 127, 0, 0, 0, 0, 0, 0x4C, 0x4B, 0x40])
    }

    @Test("Every kind of frame has its number, and only a last fragment ends a message")
    func opcodes() {
        #expect(Frame(.text, isFinal: false, payload: [0x61]).bytes == [0x01, 1, 0x61])
        #expect(Frame(.continuation, isFinal: false, payload: [0x61]).bytes == [0x00, 1, 0x61])
        #expect(Frame(.continuation, payload: [0x61]).bytes == [0x80, 1, 0x61])
        #expect(Frame(.binary, payload: [0xFF]).bytes == [0x82, 1, 0xFF])
        #expect(Frame.ping().bytes == [0x89, 0])
        #expect(Frame.pong([1, 2]).bytes == [0x8A, 2, 1, 2])
    }

    @Test("Control frames never carry more than 125 bytes")
    func controlLimit() {
        let long = [UInt8](repeating: 7, count: 200)
        #expect(ReadFrame(.ping(long)).payload == Array(long.prefix(125)))
        #expect(ReadFrame(.pong(long)).payload == Array(long.prefix(125)))
        let reason = String(repeating: "x", count: 122) + "é"
        let close = ReadFrame(.close(code: .normal, reason: reason))
        #expect(close.payload == [0x03, 0xE8] + Array(reason.utf8.prefix(122)))
    }

    @Test("A close carries its code in two bytes, then the reason")
    func close() {
        #expect(Frame.close(code: .serviceRestart).bytes == [0x88, 2, 0x03, 0xF4])
        #expect(
            Frame.close(code: .messageTooBig, reason: "é").bytes == [0x88, 4, 3, 0xF1, 0xC3, 0xA9]
        )
    }
}
