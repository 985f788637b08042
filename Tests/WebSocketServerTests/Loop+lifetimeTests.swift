import Glibc
import Locking
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopLifetimeTests {
    @Test(
        "Silence is asked with a ping, and a pong keeps a connection open",
        .timeLimit(.minutes(1))
    )
    func pong() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.pingInterval = .milliseconds(100)
                $0.idleTimeout = .milliseconds(400)
            }
        )
        let connection = try TestConnection.open(port: loop.port)
        for _ in 0..<8 {
            let ping = try connection.receiveFrame()
            #expect(ping.opcode == 9)
            try connection.sendFrame(10, ping.payload)
        }
        try loop.wait { $0.counters.pongCount == 8 }
        #expect(loop.ends.isEmpty)
        #expect(loop.counters.idleCount == 0)
    }

    @Test("Silence that pings do not break is closed with 1000", .timeLimit(.minutes(1)))
    func idle() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.pingInterval = .milliseconds(100)
                $0.idleTimeout = .milliseconds(400)
            }
        )
        let connection = try TestConnection.open(port: loop.port)
        let start = ContinuousClock.now
        var pingCount = 0
        var frame = try connection.receiveFrame()
        while frame.opcode == 9 {
            pingCount += 1
            frame = try connection.receiveFrame()
        }
        #expect(frame.closeCode == 1000)
        #expect(ContinuousClock.now - start >= .milliseconds(350))
        #expect((2...4).contains(pingCount))
        try connection.sendFrame(8, [0x03, 0xE8])
        #expect(try connection.isEnded())
        try loop.wait { $0.ends == [.idle] }
    }

    @Test("Any message breaks the silence", .timeLimit(.minutes(1)))
    func talkative() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.pingInterval = .seconds(60)
                $0.idleTimeout = .milliseconds(300)
            }
        )
        let connection = try TestConnection.open(port: loop.port)
        for number in 0..<10 {
            usleep(60_000)
            try connection.send(text: "\(number)")
            #expect(try connection.receiveText() == "\(number)")
        }
        #expect(loop.counters.idleCount == 0)
    }

    @Test("One who is gone without a word is noticed", .timeLimit(.minutes(1)))
    func reset() throws {
        let loop = try RunningLoop()
        do { _ = try TestConnection.open(port: loop.port) }
        try loop.wait { $0.ends == [.lost] }
        let connection = try TestConnection.open(port: loop.port)
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
            connection.descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &linger,
            socklen_t(MemoryLayout<Glibc.linger>.size)
        )
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
        try loop.wait { $0.ends == [.lost, .lost] }
        #expect(loop.counters.linkCount == 0)
    }

    @Test("2,000 connections come and go under broadcast", .timeLimit(.minutes(2)))
    func churn() throws {
        let loop = try RunningLoop()
        let isOver = Flag()
        let message = EncodedMessage(.text, payload: [UInt8](repeating: 0x62, count: 3_000))
        let broadcaster = WorkThread(name: "broadcaster") {
            while !isOver.value.withLock({ $0 }) {
                let open = loop.opened
                loop.perform { loop in for id in open.suffix(60) { loop.send(message, to: id) } }
            }
        }
        let comers = (0..<4).map { comer in
            WorkThread(name: "comer") {
                for number in 0..<500 {
                    do {
                        let connection = try TestConnection.open(port: loop.port)
                        switch (comer + number) % 4 {
                        case 0:
                            try connection.sendFrame(8, [0x03, 0xE8])
                            _ = try connection.readToEnd()
                        case 1: try connection.sendFrame(1, [0x61, 0x62], isFinal: false)
                        case 2: _ = try connection.receiveFrame()
                        default: break
                        }
                    } catch { preconditionFailure("connection \(number) of \(comer): \(error)") }
                }
            }
        }
        for comer in comers { comer.join() }
        isOver.value.withLock { $0 = true }
        broadcaster.join()
        try loop.wait { $0.ends.count == 2_000 }
        let counters = loop.counters
        #expect(counters.openedCount == 2_000)
        #expect(counters.closedCount == 2_000)
        #expect(counters.connectionCount == 0)
        #expect(counters.linkCount == 0)
        #expect(counters.halfOpenCount == 0)
        let slots = Set(loop.opened.map(\.slot))
        #expect(slots.count < 200, "slots are used again")
        #expect(Set(loop.opened).count == 2_000, "names are not")
    }

    private final class Flag: Sendable {
        let value = Locked(false)
    }
}
