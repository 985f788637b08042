import Testing
import Wire

@testable import WebSocketClient

@Suite struct FrameParserTests {
    /// Everything that comes out of bytes that arrive in pieces, and the violation that ended it.
    private static func parse(
        _ pieces: [[UInt8]],
        messageByteCountMax: Int = 1 << 20
    ) -> (incoming: [Incoming], violation: ProtocolViolation?) {
        var parser = FrameParser(messageByteCountMax: messageByteCountMax)
        var incoming: [Incoming] = []
        do throws(ProtocolViolation) {
            for piece in pieces {
                parser.append(piece)
                while let next = try parser.next() { incoming.append(next) }
            }
            return (incoming, nil)
        } catch {
            parser.append([0x81, 0x00])
            #expect((try? parser.next()) == .some(nil), "something came after \(error)")
            return (incoming, error)
        }
    }

    @Test(
        "Bytes that RFC 6455 does not allow are violations",
        arguments: [
            ([0xC1, 0x00], ProtocolViolation.reservedBitSet), ([0xA1, 0x00], .reservedBitSet),
            ([0x91, 0x00], .reservedBitSet), ([0x83, 0x00], .opcodeUnknown),
            ([0x8B, 0x00], .opcodeUnknown), ([0x8F, 0x00], .opcodeUnknown),
            ([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], .masked),
            ([0x82, 0x7E, 0x00, 0x7D], .lengthMalformed),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .lengthMalformed),
            ([0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], .lengthMalformed),
            ([0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .lengthMalformed),
            ([0x89, 0x7E], .controlFrameInvalid), ([0x09, 0x00], .controlFrameInvalid),
            ([0x08, 0x00], .controlFrameInvalid), ([0x88, 0x7E, 0x00], .controlFrameInvalid),
            ([0x80, 0x00], .fragmentOutOfPlace), ([0x00, 0x00], .fragmentOutOfPlace),
            ([0x01, 0x00, 0x81, 0x00], .fragmentOutOfPlace),
            ([0x01, 0x00, 0x02, 0x00], .fragmentOutOfPlace),
            ([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .messageTooBig),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0x10, 0, 1], .messageTooBig),
            ([0x81, 0x01, 0xFF], .textInvalid), ([0x81, 0x02, 0xC3, 0x28], .textInvalid),
            ([0x81, 0x03, 0xED, 0xA0, 0x80], .textInvalid),
            ([0x01, 0x01, 0xC3, 0x80, 0x00], .textInvalid),
            ([0x88, 0x01, 0x03], .closeCodeInvalid), ([0x88, 0x02, 0x03, 0xE7], .closeCodeInvalid),
            ([0x88, 0x02, 0x03, 0xED], .closeCodeInvalid),
            ([0x88, 0x02, 0x03, 0xEE], .closeCodeInvalid),
            ([0x88, 0x02, 0x03, 0xF7], .closeCodeInvalid),
            ([0x88, 0x02, 0x13, 0x88], .closeCodeInvalid),
            ([0x88, 0x03, 0x03, 0xE8, 0xFF], .textInvalid),
        ] as [([UInt8], ProtocolViolation)]
    )
    func violations(bytes: [UInt8], violation: ProtocolViolation) {
        #expect(Self.parse([bytes]).violation == violation)
        #expect(Self.parse(bytes.map { [$0] }).violation == violation)
    }

    @Test("The unmasked examples of RFC 6455, section 5.7, come out")
    func examples() {
        let hello = Array("Hello".utf8)
        #expect(Self.parse([[0x81, 0x05] + hello]).incoming == [.text(hello)])
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(Self.parse([fragments]).incoming == [.text(hello)])
        #expect(Self.parse([[0x89, 0x05] + hello]).incoming == [.ping(hello)])
        let short = [UInt8](repeating: 7, count: 256)
        #expect(Self.parse([[0x82, 0x7E, 0x01, 0x00] + short]).incoming == [.binary(short)])
        let long = [UInt8](repeating: 7, count: 65_536)
        let head: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]
        #expect(Self.parse([head + long]).incoming == [.binary(long)])
    }

    @Test("A ping between fragments comes before the message, a character may be cut in two")
    func interleaved() {
        let bytes: [UInt8] = [0x01, 0x01, 0xC3, 0x89, 0x00, 0x00, 0x00, 0x80, 0x01, 0xBC]
        #expect(Self.parse([bytes]).incoming == [.ping([]), .text(Array("ü".utf8))])
    }

    @Test("After a close nothing comes, whatever arrives")
    func afterClose() {
        let close: [UInt8] = [0x88, 0x05, 0x03, 0xF4, 0x62, 0x79, 0x65]
        let parsed = Self.parse([close + [0x81, 0x00, 0xFF], [0xFF, 0xFF]])
        #expect(parsed.incoming == [.close(code: 1012, reason: "bye")])
        #expect(parsed.violation == nil)
        #expect(Self.parse([[0x88, 0x00]]).incoming == [.close(code: nil, reason: "")])
    }

    @Test("Fragments count together towards the limit, and control frames do not")
    func limit() {
        let fits: [UInt8] = [0x02, 0x7D] + [UInt8](repeating: 1, count: 125)
        let end: [UInt8] = [0x80, 0x7D] + [UInt8](repeating: 2, count: 125)
        let ping: [UInt8] = [0x89, 0x7D] + [UInt8](repeating: 3, count: 125)
        let parsed = Self.parse([fits + ping + end], messageByteCountMax: 250)
        #expect(parsed.incoming.count == 2)
        #expect(parsed.violation == nil)
        #expect(
            Self.parse([fits + ping + end], messageByteCountMax: 249).violation == .messageTooBig
        )
    }

    @Test("However a stream is cut, the same comes out", arguments: 1...200 as ClosedRange<UInt64>)
    func cuts(seed: UInt64) {
        var generator = Seeded(seed: seed)
        let (bytes, expected) = Self.stream(&generator)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(rest.count, 300), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let parsed = Self.parse(pieces)
        #expect(parsed.incoming == expected, "seed \(seed)")
        #expect(parsed.violation == nil, "seed \(seed)")
        #expect(Self.parse([bytes]).incoming == expected, "seed \(seed)")
    }

    @Test(
        "Random bytes, and streams with damaged bytes, crash nothing",
        arguments: 1...100 as ClosedRange<UInt64>
    )
    func damage(seed: UInt64) {
        var generator = Seeded(seed: seed)
        for _ in 0..<50 {
            let count = Int.random(in: 0...200, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = Self.parse([bytes], messageByteCountMax: 1_000)
        }
        var (bytes, _) = Self.stream(&generator)
        for _ in 0..<10 {
            guard let index = bytes.indices.randomElement(using: &generator) else { break }
            bytes[index] = UInt8.random(in: 0...255, using: &generator)
            _ = Self.parse([bytes])
        }
    }

    /// A valid stream of random messages, and what must come out of it.
    private static func stream(_ generator: inout Seeded) -> ([UInt8], [Incoming]) {
        var bytes: [UInt8] = []
        var expected: [Incoming] = []
        func control() {
            guard Bool.random(using: &generator) else { return }
            let payload = [UInt8](repeating: 9, count: Int.random(in: 0...125, using: &generator))
            let isPing = Bool.random(using: &generator)
            bytes += isPing ? Frame.ping(payload).bytes : Frame.pong(payload).bytes
            expected.append(isPing ? .ping(payload) : .pong(payload))
        }
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            control()
            let sizes = [0, 1, 125, 126, 127, 1_000, 65_535, 65_536, 70_000]
            let count = sizes.randomElement(using: &generator) ?? 0
            let isText = Bool.random(using: &generator)
            let text = Array(String(repeating: "aü€😀", count: count / 10).utf8)
            let payload = isText ? text : [UInt8](repeating: 0xFE, count: count)
            var rest = payload[...]
            var opcode: Frame.Opcode = isText ? .text : .binary
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let part = rest.prefix(Int.random(in: 0...rest.count, using: &generator))
                bytes += Frame(opcode, isFinal: false, payload: part).bytes
                rest = rest.dropFirst(part.count)
                opcode = .continuation
                control()
            }
            bytes += Frame(opcode, payload: rest).bytes
            expected.append(isText ? .text(payload) : .binary(payload))
        }
        if Bool.random(using: &generator) {
            bytes += Frame.close(code: .serviceRestart, reason: "später").bytes
            expected.append(.close(code: 1012, reason: "später"))
        }
        return (bytes, expected)
    }
}
