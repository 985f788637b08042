import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopReceivingTests {
    @Test(
        "Text and binary come back as they went",
        .timeLimit(.minutes(1)),
        arguments: [0, 1, 125, 126, 383, 384, 385, 1_025, 65_535, 65_536, 200_000]
    )
    func echo(count: Int) throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        let payload = (0..<count).map { UInt8(0x20 + $0 % 90) }
        for opcode: UInt8 in [1, 2] {
            try connection.sendFrame(opcode, payload)
            let message = try connection.receiveMessage()
            #expect(message.opcode == opcode)
            #expect(message.payload == payload)
        }
    }

    @Test(
        "A message in fragments comes whole, pings between them are answered",
        .timeLimit(.minutes(1))
    )
    func fragments() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        try connection.sendFrame(1, [0x66, 0xC3], isFinal: false)
        try connection.sendFrame(9, Array("still there?".utf8))
        #expect(
            try connection.receiveFrame()
                == TestConnection.Frame(
                    isFinal: true,
                    opcode: 10,
                    payload: Array("still there?".utf8)
                )
        )
        try connection.sendFrame(0, [0xBC, 0x72, 0x20], isFinal: false)
        try connection.sendFrame(0, [], isFinal: false)
        try connection.sendFrame(0, Array("Elise".utf8))
        #expect(try connection.receiveText() == "f\u{FC}r Elise")
    }

    @Test("An answer does not overtake the pong of a ping that came first", .timeLimit(.minutes(1)))
    func pongFirst() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        for _ in 0..<20 {
            try connection.write(
                TestConnection.frame(1, [0x61], isFinal: false) + TestConnection.frame(9, [1])
                    + TestConnection.frame(0, [0x62])
            )
            #expect(try connection.receiveFrame().opcode == 10)
            #expect(try connection.receiveText() == "ab")
        }
    }

    @Test("A byte at a time is as good as all at once", .timeLimit(.minutes(1)))
    func byteByByte() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        for byte in TestConnection.handshake().utf8 { try connection.write([byte]) }
        _ = try connection.readHead()
        for byte in TestConnection.frame(1, Array("slow".utf8)) { try connection.write([byte]) }
        #expect(try connection.receiveText() == "slow")
    }

    @Test("A close is answered with its code and then TCP ends", .timeLimit(.minutes(1)))
    func closeByOther() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        try connection.sendFrame(8, [0x03, 0xE8] + Array("bye".utf8))
        let answer = try connection.receiveFrame()
        #expect(answer.closeCode == 1000)
        #expect(try connection.isEnded())
        try loop.wait { $0.ends == [.closedByOther(code: 1000)] }
    }

    @Test(
        "What RFC 6455 forbids is closed with its code",
        .timeLimit(.minutes(1)),
        arguments: [
            ("text that is not UTF-8", TestConnection.frame(1, [0xC3, 0x28]), 1007),
            ("text cut inside of a character", TestConnection.frame(1, [0x61, 0xC3]), 1007),
            ("a reserved bit", TestConnection.frame(1, [0x61], reserved: 0x40), 1002),
            ("an unknown opcode", TestConnection.frame(3, [0x61]), 1002),
            ("a continuation of nothing", TestConnection.frame(0, [0x61]), 1002),
            ("a ping in fragments", TestConnection.frame(9, [0x61], isFinal: false), 1002),
            ("a close with half a code", TestConnection.frame(8, [0x03]), 1002),
        ]
    )
    func violations(name: String, bytes: [UInt8], code: Int) throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        try connection.write(bytes)
        #expect(try connection.receiveFrame().closeCode == code, "\(name)")
        try connection.sendFrame(8, [UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(try connection.isEnded())
        try loop.wait { $0.ends.count == 1 }
    }

    @Test(
        "Whoever breaks the protocol loses TCP without having to answer, and no tick is awaited",
        .timeLimit(.minutes(1)),
        arguments: [
            TestConnection.frame(2, [1, 2, 3], reserved: 0x50), TestConnection.frame(8, [0x03]),
            TestConnection.frame(8, [], reserved: 0x70),
        ]
    )
    func refusedSoon(bytes: [UInt8]) throws {
        // A tick comes after the test has failed.
        let loop = try RunningLoop(RunningLoop.configuration { $0.tickInterval = .seconds(60) })
        let connection = try TestConnection.open(port: loop.port)
        try connection.write(bytes)
        #expect(try connection.receiveFrame().closeCode == 1002)
        #expect(try connection.isEnded())
        try loop.wait { $0.ends.count == 1 }
    }

    @Test(
        "A message at the limit passes and one byte more is closed with 1009",
        .timeLimit(.minutes(1))
    )
    func tooBig() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.messageByteCountMax = 10_000 })
        let connection = try TestConnection.open(port: loop.port)
        try connection.sendFrame(1, [UInt8](repeating: 0x61, count: 10_000))
        #expect(try connection.receiveMessage().payload.count == 10_000)
        try connection.sendFrame(1, [UInt8](repeating: 0x61, count: 10_001))
        #expect(try connection.receiveFrame().closeCode == 1009)
        try connection.sendFrame(8, [0x03, 0xF1])
        #expect(try connection.isEnded())
        try loop.wait { $0.ends == [.messageTooBig] }
        #expect(loop.counters.messageTooBigCount == 1)
    }

    @Test("Fragments together over the limit are closed with 1009", .timeLimit(.minutes(1)))
    func tooBigInFragments() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.messageByteCountMax = 10_000 })
        let connection = try TestConnection.open(port: loop.port)
        for index in 0..<3 {
            try connection.sendFrame(
                index == 0 ? 2 : 0,
                [UInt8](repeating: 7, count: 4_000),
                isFinal: false
            )
        }
        #expect(try connection.receiveFrame().closeCode == 1009)
    }

    @Test("A frame that announces 2^63 - 1 bytes is closed with 1009", .timeLimit(.minutes(1)))
    func absurdLength() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection.open(port: loop.port)
        try connection.write(
            [0x82, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7) + [1, 2, 3, 4, 5]
        )
        #expect(try connection.receiveFrame().closeCode == 1009)
    }

    @Test("One who goes on sending after 1009 is cut", .timeLimit(.minutes(1)))
    func stubborn() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.messageByteCountMax = 1_000
                $0.closeTimeout = .milliseconds(200)
            }
        )
        let connection = try TestConnection.open(port: loop.port)
        try connection.sendFrame(1, [UInt8](repeating: 0x61, count: 1_001))
        #expect(throws: TestConnection.Failure.ended) {
            while true { try connection.send(text: "and more") }
        }
        try loop.wait { $0.ends == [.messageTooBig] }
    }

    @Test("Room for unfinished messages is shared and bounded", .timeLimit(.minutes(1)))
    func assembly() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.assemblyByteCountMax = 50_000 })
        let patient = try TestConnection.open(port: loop.port)
        try patient.sendFrame(1, [UInt8](repeating: 0x61, count: 30_000), isFinal: false)
        try patient.sendFrame(9, [1])
        _ = try patient.receiveFrame()
        let greedy = try TestConnection.open(port: loop.port)
        try greedy.sendFrame(1, [UInt8](repeating: 0x62, count: 30_000), isFinal: false)
        #expect(try greedy.receiveFrame().closeCode == 1013)
        try patient.sendFrame(0, [0x61])
        #expect(try patient.receiveMessage().payload.count == 30_001)
        let next = try TestConnection.open(port: loop.port)
        try next.sendFrame(1, [UInt8](repeating: 0x62, count: 30_000), isFinal: false)
        try next.sendFrame(0, [0x62])
        #expect(try next.receiveMessage().payload.count == 30_001, "the room was given back")
    }

    @Test(
        "A frame that announces a length and stays empty ends at the idle time",
        .timeLimit(.minutes(1))
    )
    func halfFrame() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.idleTimeout = .milliseconds(300)
                $0.pingInterval = .seconds(60)
            }
        )
        let connection = try TestConnection.open(port: loop.port)
        try connection.write(Array(TestConnection.frame(1, Array("whole".utf8)).dropLast(3)))
        #expect(try connection.receiveFrame().closeCode == 1000)
        try loop.wait { $0.counters.idleCount == 1 }
    }
}
