import Testing
@testable import WebSocketServer
import Wire

@Suite struct SendQueueTests {
    private static func message(_ count: Int, _ seed: UInt8 = 7) -> SendQueue.Message {
        SendQueue.Message(EncodedMessage(.binary, payload: [UInt8](repeating: seed, count: count)))
    }

    @Test("Only what is behind the first message waits")
    func waiting() {
        var queue = SendQueue()
        #expect(queue.isEmpty)
        #expect(queue.waitingByteCount(with: 1_000) == 0)
        queue.append(Self.message(1_000_000))
        #expect(queue.waitingByteCount == 0)
        queue.append(Self.message(98))
        queue.append(Self.message(48))
        #expect(queue.waitingByteCount == 150)
        #expect(queue.waitingByteCount(with: 50) == 200)
        while queue.waitingByteCount == 150 { queue.advance() }
        #expect(queue.waitingByteCount == 50)
        #expect(queue.holdsOneFrame == false)
        queue.advance()
        #expect(queue.waitingByteCount == 0)
        #expect(queue.holdsOneFrame)
        queue.advance()
        #expect(queue.isEmpty)
        #expect(queue.next == nil)
    }

    @Test("Any order of appending and taking agrees with a plain list", arguments: 0..<50)
    func agreesWithModel(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let sizes = [0, 1, 126, 5_000, 70_000, 140_000]
        let messages = sizes.enumerated().map { Self.message($1, UInt8($0)) }
        var queue = SendQueue()
        var model: [(frames: [[UInt8]], byteCount: Int)] = []
        for _ in 0..<1_000 {
            switch random(9) {
            case 0..<4:
                let message = messages[random(messages.count)]
                queue.append(message)
                model.append(([message.first] + message.rest.map(\.bytes), message.byteCount))
            case 8 where random(40) == 0:
                queue.removeAll()
                model.removeAll()
            default:
                guard !model.isEmpty else { continue }
                queue.advance()
                model[0].frames.removeFirst()
                if model[0].frames.isEmpty { model.removeFirst() }
            }
            #expect(queue.isEmpty == model.isEmpty, "seed \(seed)")
            #expect(queue.next == model.first?.frames.first, "seed \(seed)")
            #expect(
                queue.waitingByteCount == model.dropFirst().reduce(0) { $0 + $1.byteCount },
                "seed \(seed)"
            )
            if !model.isEmpty {
                #expect(queue.holdsOneFrame == (model.reduce(0) { $0 + $1.frames.count } == 1))
            }
        }
    }
}
