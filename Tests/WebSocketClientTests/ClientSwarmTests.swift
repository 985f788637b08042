import Foundation
import Synchronization
import Testing
import WebSocketClient
import Wire

@Suite(.timeLimit(.minutes(1))) struct ClientSwarmTests {
    @Test("One refusal among many ends connecting with its status")
    func refused() throws {
        let count = Mutex(0)
        let listener = LoopbackListener { stream in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number == 5 else {
                stream.accept()
                return stream.echo()
            }
            _ = stream.readRequest()
            stream.write(Array("HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        let swarm = try ClientSwarm { _, _, _ in }
        let failure = #expect(throws: WebSocketFailure.self) {
            try swarm.connect(8, to: WebSocketAddress(listener.url), deadline: soon)
        }
        guard case .handshake(.refused(let answer)) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(answer.status == 429)
    }

    @Test("Silence while connecting ends with the deadline, a dead port at once")
    func silence() throws {
        let listener = LoopbackListener { stream in
            _ = stream.readRequest().map { _ in stream.read(1) }
        }
        let swarm = try ClientSwarm { _, _, _ in }
        #expect(throws: WebSocketFailure.timedOut) {
            try swarm.connect(
                3,
                to: WebSocketAddress(listener.url),
                deadline: .now + .milliseconds(100)
            )
        }
        #expect(throws: WebSocketFailure.unreachable(errorNumber: 111)) {
            try swarm.connect(
                1,
                to: WebSocketAddress("ws://127.0.0.1:\(LoopbackListener.deadPort())"),
                deadline: soon
            )
        }
    }

    @Test("Texts go to the connection that they are for, and come from it, in order")
    func echo() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let received = Received()
        let swarm = try ClientSwarm { connection, text, arrivedAt in
            received.note(connection, text, arrivedAt)
        }
        let connections = try swarm.connect(100, to: WebSocketAddress(listener.url), deadline: soon)
        #expect(connections == 0..<100)
        #expect(swarm.openCount == 100)
        let begin = ContinuousClock.now
        for round in 0..<10 {
            for connection in connections {
                swarm.sendText(Array("\(connection):\(round)".utf8), to: connection)
            }
        }
        #expect(swarm.run(until: soon) { swarm.messageCount < 1_000 })
        for connection in connections {
            #expect(received.texts[connection] == (0..<10).map { "\(connection):\($0)" })
        }
        #expect(received.firstArrival.map { $0 > begin } == true)
        #expect(!swarm.run(until: .now + .milliseconds(20)) { swarm.messageCount == 1_000 })
    }

    @Test("Closes, cuts and violations are told apart")
    func endings() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            switch stream.readText() {
            case "0": stream.send(.close(code: .serviceRestart, reason: "restart"))
            case "1": return
            case "2": stream.write([0xFF, 0xFF])
            default: stream.echo()
            }
        }
        let swarm = try ClientSwarm { _, _, _ in }
        let address = try WebSocketAddress(listener.url)
        try swarm.connect(5, to: address, deadline: soon)
        for connection in 0..<4 { swarm.sendText(Array("\(connection)".utf8), to: connection) }
        #expect(swarm.run(until: soon) { swarm.endings.count < 3 })
        let restart = swarm.endings[0]
        #expect(restart?.code == 1012 && restart?.reason == "restart" && restart?.failure == nil)
        let cut = swarm.endings[1]
        #expect(cut != nil && cut?.code == nil && cut?.failure == nil)
        #expect(swarm.endings[2]?.failure == .violation(.reservedBitSet))
        swarm.close(3)
        #expect(swarm.run(until: soon) { swarm.endings[3] == nil })
        #expect(swarm.endings[3]?.code == 1000)
        swarm.drop(4)
        #expect(swarm.openCount == 0)
        swarm.sendText([], to: 4)
    }

    @Test("Running ends as soon as the condition does, also when sending brought that about")
    func endsAtOnce() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(text: "hello")
            stream.echo()
        }
        let swarm = try ClientSwarm { _, _, _ in }
        try swarm.connect(1, to: WebSocketAddress(listener.url), deadline: soon)
        // The text is there by now, and is read when this one is sent.
        Thread.sleep(forTimeInterval: 0.05)
        swarm.sendText(Array("x".utf8), to: 0)
        let begin = ContinuousClock.now
        #expect(swarm.run(until: begin + .seconds(30)) { swarm.messageCount < 1 })
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test("Two that answer each other's texts do not keep a swarm past its deadline")
    func endlessTalk() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let talk = Talk()
        let swarm = try ClientSwarm { connection, text, _ in
            talk.swarm?.sendText(text, to: connection)
        }
        talk.swarm = swarm
        defer { talk.swarm = nil }
        try swarm.connect(2, to: WebSocketAddress(listener.url), deadline: soon)
        swarm.sendText(Array("x".utf8), to: 0)
        swarm.sendText(Array("y".utf8), to: 1)
        #expect(!swarm.run(until: .now + .milliseconds(50)) { true })
        #expect(swarm.messageCount > 2)
    }

    @Test("A connection that does not read gets what came meanwhile when it does")
    func notReading() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let swarm = try ClientSwarm { _, _, _ in }
        let address = try WebSocketAddress(listener.url)
        try swarm.connect(2, to: address, deadline: soon)
        swarm.sendText(Array("x".utf8), to: 0)
        swarm.sendText(Array("x".utf8), to: 1)
        swarm.setReading(0, false)
        swarm.run(until: .now + .milliseconds(50)) { true }
        #expect(swarm.messageCount == 1)
        swarm.setReading(0, true)
        swarm.sendText(Array("y".utf8), to: 0)
        #expect(swarm.run(until: soon) { swarm.messageCount < 3 })
    }
}

/// Lets a callback reach its swarm.
private final class Talk {
    var swarm: ClientSwarm?
}

/// What a swarm's callback noted.
private final class Received {
    var texts: [Int: [String]] = [:]
    var firstArrival: ContinuousClock.Instant?

    func note(_ connection: Int, _ text: [UInt8], _ arrivedAt: ContinuousClock.Instant) {
        texts[connection, default: []].append(String(decoding: text, as: UTF8.self))
        firstArrival = firstArrival ?? arrivedAt
    }
}
