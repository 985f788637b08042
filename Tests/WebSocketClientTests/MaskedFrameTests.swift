import Testing
import Wire

@testable import WebSocketClient

@Suite struct MaskedFrameTests {
    private func frame(_ opcode: Frame.Opcode, isFinal: Bool = true, _ payload: [UInt8]) -> [UInt8]
    {
        var bytes: [UInt8] = []
        MaskedFrame.append(
            opcode,
            isFinal: isFinal,
            payload: payload,
            mask: 0x37FA_213D,
            to: &bytes
        )
        return bytes
    }

    @Test("The masked examples of RFC 6455, section 5.7, come out")
    func examples() {
        let masked: [UInt8] = [0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(frame(.text, Array("Hello".utf8)) == [0x81, 0x85] + masked)
        #expect(frame(.pong, Array("Hello".utf8)) == [0x8A, 0x85] + masked)
        #expect(frame(.text, isFinal: false, []) == [0x01, 0x80, 0x37, 0xFA, 0x21, 0x3D])
    }

    @Test(
        "Lengths are written in the shortest way",
        arguments: [
            (125, [0x82, 0xFD]), (126, [0x82, 0xFE, 0x00, 0x7E]),
            (65_535, [0x82, 0xFE, 0xFF, 0xFF]),
            (65_536, [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func lengths(count: Int, head: [UInt8]) {
        let bytes = frame(.binary, [UInt8](repeating: 0, count: count))
        #expect(Array(bytes.prefix(head.count)) == head)
        #expect(bytes.count == head.count + 4 + count)
    }
}
