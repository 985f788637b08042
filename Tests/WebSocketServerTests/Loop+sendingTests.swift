import Glibc
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopSendingTests {
    private static func message(_ text: String) -> EncodedMessage {
        EncodedMessage(.text, payload: Array(text.utf8))
    }

    private static func open(_ count: Int, _ loop: RunningLoop) throws -> [TestConnection] {
        let connections = try (0..<count).map { _ in try TestConnection.open(port: loop.port) }
        try loop.wait { $0.opened.count == count }
        return connections
    }

    @Test(
        "Sixteen messages in one turn reach 1,000 subscribers with one write each",
        .timeLimit(.minutes(1))
    )
    func fanOut() throws {
        DescriptorLimit.raise()
        let loop = try RunningLoop(RunningLoop.configuration { $0.flushCountMax = 300 })
        let connections = try Self.open(1_000, loop)
        let messages = (0..<16).map {
            Self.message("message \($0) " + String(repeating: "x", count: 100))
        }
        let expected = messages.flatMap(\.first.bytes)
        let before = loop.counters
        let opened = loop.opened
        loop.perform { loop in
            for message in messages {
                for connection in opened { loop.send(message, to: connection) }
            }
        }
        for connection in connections { #expect(try connection.take(expected.count) == expected) }
        let after = loop.counters
        let deliveries = after.deliveryCount - before.deliveryCount
        let writes = after.writeCount - before.writeCount
        #expect(deliveries == 16_000)
        #expect(Double(writes) / Double(deliveries) <= 0.2)
        #expect(writes == 1_000, "one write for each connection")
        #expect(after.bytesOut - before.bytesOut == expected.count * 1_000)
        #expect(after.cutFlushCount - before.cutFlushCount == 3, "passes of 300 connections")
    }

    @Test("Messages of every size keep their order and their bytes", .timeLimit(.minutes(1)))
    func sizes() throws {
        let loop = try RunningLoop()
        let connections = try Self.open(3, loop)
        let sizes = [0, 1, 125, 126, 60_000, 5_000, 65_535, 65_536, 65_537, 1, 140_000, 2, 2]
        let messages = sizes.enumerated().map { index, size in
            EncodedMessage(.binary, payload: (0..<size).map { UInt8(($0 * 7 + index) & 0xFF) })
        }
        let opened = loop.opened
        loop.perform { loop in
            for message in messages {
                for connection in opened { loop.send(message, to: connection) }
            }
        }
        let expected = messages.flatMap { ([$0.first] + $0.rest).flatMap(\.bytes) }
        for connection in connections { #expect(try connection.take(expected.count) == expected) }
    }

    @Test(
        "One who does not read is cut at the limit and the others get everything",
        .timeLimit(.minutes(1))
    )
    func slowReader() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.queueByteCountMax = 300_000
                $0.closeTimeout = .milliseconds(100)
            }
        )
        let slow = try TestConnection.open(port: loop.port, receiveByteCount: 4_096)
        try loop.wait { $0.opened.count == 1 }
        let others = try (0..<3).map { _ in try TestConnection.open(port: loop.port) }
        try loop.wait { $0.opened.count == 4 }
        let opened = loop.opened
        let message = EncodedMessage(.text, payload: [UInt8](repeating: 0x61, count: 50_000))
        var sentCount = 0
        while loop.counters.tooSlowCount == 0 {
            sentCount += 1
            try #require(sentCount < 1_000, "the limit never held")
            loop.perform { loop in
                for connection in opened { loop.send(message, to: connection) }
            }
            for other in others { #expect(try other.receiveMessage().payload.count == 50_000) }
        }
        try loop.wait { $0.ends == [.tooSlow] }
        for other in others {
            try other.send(text: "still here")
            #expect(try other.receiveText() == "still here")
        }
        let rest = try slow.readToEnd()
        #expect(rest.count < sentCount * message.byteCount)
    }

    @Test("More than the limit in one turn is fine for one who has room", .timeLimit(.minutes(1)))
    func burst() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.queueByteCountMax = 100_000 })
        let connection = try Self.open(1, loop)[0]
        let message = EncodedMessage(.text, payload: [UInt8](repeating: 0x61, count: 1_000))
        let id = loop.opened[0]
        loop.perform { loop in for _ in 0..<150 { loop.send(message, to: id) } }
        for _ in 0..<150 { #expect(try connection.receiveMessage().payload.count == 1_000) }
        #expect(loop.counters.tooSlowCount == 0)
    }

    @Test(
        "A message of 5 MB reaches a slow reader whole and does not count as waiting",
        .timeLimit(.minutes(1))
    )
    func largeMessage() throws {
        let loop = try RunningLoop()
        let slow = try TestConnection.open(port: loop.port, receiveByteCount: 16_384)
        try loop.wait { $0.opened.count == 1 }
        let id = loop.opened[0]
        let payload = (0..<5_000_000).map { UInt8($0 % 251) }
        let large = EncodedMessage(.binary, payload: payload)
        #expect(large.rest.count > 70)
        loop.perform { loop in
            loop.send(large, to: id)
            for number in 0..<100 { loop.send(Self.message("after \(number)"), to: id) }
        }
        usleep(100_000)
        #expect(loop.ends.isEmpty)
        try slow.sendFrame(9, [1, 2, 3])
        var received: [UInt8] = []
        var pongCount = 0
        while received.count < payload.count {
            let frame = try slow.receiveFrame()
            if frame.opcode == 10 { pongCount += 1 } else { received += frame.payload }
            if received.count < 500_000 { usleep(2_000) }
        }
        #expect(received == payload)
        #expect(pongCount == 1, "a ping is answered between two fragments")
        for number in 0..<100 { #expect(try slow.receiveText() == "after \(number)") }
        #expect(loop.counters.tooSlowCount == 0)
    }

    @Test(
        "A full queue behind a message that is being read is cut",
        .timeLimit(.minutes(1))
    )
    func fullBehindLarge() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.queueByteCountMax = 10_000
                $0.closeTimeout = .milliseconds(100)
            }
        )
        let slow = try TestConnection.open(port: loop.port, receiveByteCount: 16_384)
        try loop.wait { $0.opened.count == 1 }
        let id = loop.opened[0]
        let large = EncodedMessage(.binary, payload: [UInt8](repeating: 1, count: 5_000_000))
        let small = EncodedMessage(.binary, payload: [UInt8](repeating: 2, count: 9_000))
        loop.perform { $0.send(large, to: id) }
        try loop.wait { $0.counters.writeCount > 2 }
        loop.perform { $0.send(small, to: id) }
        #expect(loop.ends.isEmpty)
        loop.perform { $0.send(small, to: id) }
        try loop.wait { $0.ends == [.tooSlow] }
        #expect(try slow.readToEnd().count < 5_000_000)
    }

    @Test("One who reads late finds whole messages and then 1013", .timeLimit(.minutes(1)))
    func lateReader() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.queueByteCountMax = 300_000
                $0.closeTimeout = .seconds(20)
            }
        )
        let slow = try TestConnection.open(port: loop.port, receiveByteCount: 4_096)
        try loop.wait { $0.opened.count == 1 }
        let id = loop.opened[0]
        let message = EncodedMessage(.text, payload: [UInt8](repeating: 0x61, count: 50_000))
        try loop.wait { loop in
            loop.perform { $0.send(message, to: id) }
            return loop.counters.tooSlowCount == 1
        }
        var frame = try slow.receiveFrame()
        while frame.opcode == 1 {
            #expect(frame.payload.count == 50_000)
            frame = try slow.receiveFrame()
        }
        #expect(frame.closeCode == 1013)
        try slow.sendFrame(8, frame.payload)
        #expect(try slow.isEnded())
        try loop.wait { $0.ends == [.tooSlow] }
    }

    @Test(
        "A close comes after what was sent before it, with code and reason",
        .timeLimit(.minutes(1))
    )
    func close() throws {
        let loop = try RunningLoop()
        let connection = try Self.open(1, loop)[0]
        let id = loop.opened[0]
        loop.perform { loop in
            loop.send(Self.message("last words"), to: id)
            loop.close(id, code: .goingAway, reason: "done")
            loop.send(Self.message("too late"), to: id)
            loop.close(id, code: .goingAway, reason: "twice")
        }
        #expect(try connection.receiveText() == "last words")
        let frame = try connection.receiveFrame()
        #expect(frame.closeCode == 1001)
        #expect(frame.payload.dropFirst(2).elementsEqual("done".utf8))
        try connection.sendFrame(8, [0x03, 0xE9])
        #expect(try connection.isEnded())
        try loop.wait { $0.ends == [.closed(.goingAway)] }
    }

    @Test("A close nobody answers ends in time", .timeLimit(.minutes(1)))
    func closeUnanswered() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.closeTimeout = .milliseconds(100) }
        )
        let connection = try Self.open(1, loop)[0]
        let id = loop.opened[0]
        loop.perform { $0.close(id, code: .normal, reason: "") }
        #expect(try connection.receiveFrame().closeCode == 1000)
        try loop.wait { $0.ends == [.closed(.normal)] }
        #expect(try connection.isEnded())
    }

    @Test("A drop ends TCP at once and without a close frame", .timeLimit(.minutes(1)))
    func drop() throws {
        let loop = try RunningLoop()
        let connection = try Self.open(1, loop)[0]
        let id = loop.opened[0]
        loop.perform { $0.drop(id) }
        #expect(try connection.isEnded())
        try loop.wait { $0.ends == [.dropped] }
    }

    @Test("A name whose connection ended reaches nobody, though its slot is used again")
    func oldName() throws {
        let loop = try RunningLoop()
        let first = try Self.open(1, loop)[0]
        let old = loop.opened[0]
        loop.perform { $0.drop(old) }
        #expect(try first.isEnded())
        try loop.wait { $0.ends.count == 1 }
        let second = try TestConnection.open(port: loop.port)
        try loop.wait { $0.opened.count == 2 }
        let new = loop.opened[1]
        #expect(new.slot == old.slot)
        #expect(new != old)
        loop.perform { loop in
            loop.send(Self.message("for the first"), to: old)
            loop.close(old, code: .normal, reason: "")
            loop.drop(old)
            loop.send(Self.message("for nobody"), to: ConnectionID(rawValue: 77))
            loop.send(Self.message("for the second"), to: new)
        }
        #expect(try second.receiveText() == "for the second")
    }
}
