import Foundation
import Testing
import WebSocketClient
import Wire

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientTests {
    @Test("A refusal surfaces with its status and body")
    func refused() throws {
        let listener = LoopbackListener { stream in
            _ = stream.readRequest()
            stream.write(
                Array(
                    ("HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 30\r\n\r\n{\"error\":\"API key is missing\"}").utf8
                )
            )
        }
        let failure = #expect(throws: WebSocketFailure.self) {
            try WebSocketClient(url: listener.url, deadline: soon)
        }
        guard case .handshake(.refused(let answer)) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(answer.status == 401)
        #expect(answer.text == #"{"error":"API key is missing"}"#)
    }

    @Test("A port where nobody listens is unreachable, and no descriptor is lost")
    func unreachable() throws {
        let port = LoopbackListener.deadPort()
        for _ in 0..<20 {
            #expect(throws: WebSocketFailure.unreachable(errorNumber: 111)) {
                try WebSocketClient(url: "ws://127.0.0.1:\(port)", deadline: soon)
            }
        }
        // An address that cannot even be tried: connecting fails at once.
        let before = try descriptorCount()
        for _ in 0..<200 {
            #expect(throws: WebSocketFailure.self) {
                try WebSocketClient(url: "ws://255.255.255.255:\(port)", deadline: soon)
            }
        }
        #expect(try descriptorCount() < before + 100)
    }

    @Test("A host without an address is unknown, a URL that is none malformed")
    func unknown() {
        #expect(throws: WebSocketFailure.addressMalformed(.schemeUnknown)) {
            try WebSocketClient(url: "gopher://a", deadline: soon)
        }
        let failure = #expect(throws: WebSocketFailure.self) {
            try WebSocketClient(url: "ws://no-such-host.invalid", deadline: soon)
        }
        guard case .hostUnknown = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(
        "Silence ends with the deadline, half a refusal is told as one",
        arguments: ["", "HTTP/1.1 101 Switching", "HTTP/1.1 500 No\r\n\r\n{"]
    )
    func silence(start: String) throws {
        let listener = LoopbackListener { stream in
            stream.write(Array(start.utf8))
            _ = stream.readRequest()
            _ = stream.read(1)
        }
        let begin = ContinuousClock.now
        let failure = #expect(throws: WebSocketFailure.self) {
            try WebSocketClient(url: listener.url, deadline: .now + .milliseconds(200))
        }
        #expect(ContinuousClock.now - begin < .seconds(15))
        if start.contains("500") {
            guard case .handshake(.refused(let answer)) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(answer.text == "{")
        } else {
            #expect(failure == .timedOut)
        }
    }

    @Test("A stream that ends during the handshake is told as that")
    func endedEarly() throws {
        let listener = LoopbackListener { stream in _ = stream.readRequest() }
        #expect(throws: WebSocketFailure.handshake(.endedEarly)) {
            try WebSocketClient(url: listener.url, deadline: soon)
        }
    }

    @Test("A gateway that breaks the protocol is told so and left")
    func violation() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.write([0x81, 0x80, 0, 0, 0, 0])
            let frame = stream.readFrame()
            guard frame?.opcode == .close, frame?.payload == [0x03, 0xEA] else {
                fatalError("no close with code 1002")
            }
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        #expect(throws: WebSocketFailure.violation(.masked)) {
            try connection.receive(deadline: soon)
        }
        #expect(!connection.isOpen)
        #expect(try connection.receive(deadline: soon) == .ended)
        #expect(throws: WebSocketFailure.ended) { try connection.sendText("x") }
    }

    @Test("Nobody who reads makes sending time out")
    func nobodyReads() throws {
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        let listener = LoopbackListener { stream in
            stream.accept()
            isOver.wait()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        connection.sendTimeout = .milliseconds(100)
        #expect(throws: WebSocketFailure.timedOut) {
            for _ in 0..<100 { try connection.sendRaw([UInt8](repeating: 0, count: 1 << 20)) }
        }
    }

    @Test("A stream that is cut has ended, without a close")
    func cut() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(text: "last")
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        #expect(try connection.receive(deadline: soon) == .text(Array("last".utf8)))
        #expect(try connection.receive(deadline: soon) == .ended)
        #expect(try connection.receive(deadline: soon) == .ended)
    }

    @Test("A text that the gateway took before it ended was sent")
    func takenBeforeTheEnd() throws {
        for _ in 0..<50 {
            let listener = LoopbackListener { stream in
                stream.accept()
                _ = stream.readFrame()
            }
            let connection = try WebSocketClient(url: listener.url, deadline: soon)
            try connection.sendText("x")
            #expect(try connection.receive(deadline: soon) == .ended)
        }
    }

    @Test("Nothing that comes is a timeout, and the past is not waited for")
    func timeout() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        let begin = ContinuousClock.now
        #expect(try connection.receive(deadline: begin + .milliseconds(50)) == .timeout)
        #expect(ContinuousClock.now - begin >= .milliseconds(50))
        #expect(try connection.receive(deadline: begin) == .timeout)
        #expect(connection.isOpen)
    }

    @Test("Messages of every size come back as they were")
    func echo() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        for count in [0, 1, 125, 126, 65_535, 65_536, 300_000] {
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            try connection.sendText(text)
            #expect(try connection.receive(deadline: soon) == .text(text))
            let bytes = text.indices.map { UInt8(truncatingIfNeeded: $0) }
            try connection.sendBinary(bytes)
            #expect(try connection.receive(deadline: soon) == .binary(bytes))
        }
    }

    @Test("Sending reads meanwhile, so that two who both write do not wait for each other")
    func bothWrite() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        let bytes = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<24 { try connection.sendBinary(bytes) }
        for _ in 0..<24 { #expect(try connection.receive(deadline: soon) == .binary(bytes)) }
    }

    @Test("Pings are answered while waiting, pongs come back")
    func pings() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(.ping([1, 2, 3]))
            let pong = stream.readFrame()
            guard pong?.opcode == .pong, pong?.payload == [1, 2, 3] else {
                fatalError("no pong with the ping's payload")
            }
            stream.echo()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        #expect(try connection.receive(deadline: soon) == .ping([1, 2, 3]))
        try connection.ping([7])
        #expect(try connection.receive(deadline: soon) == .pong([7]))
    }

    @Test("A gateway's close is answered with the same code and told once")
    func closedByGateway() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(.close(code: .serviceRestart, reason: "bye"))
            let frame = stream.readFrame()
            guard frame?.opcode == .close, frame?.payload == [0x03, 0xF4] else {
                fatalError("the close was not answered")
            }
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        #expect(try connection.receive(deadline: soon) == .close(code: 1012, reason: "bye"))
        #expect(try connection.receive(deadline: soon) == .ended)
    }

    @Test("Closing sends code and reason, waits for the answer and skips messages")
    func close() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            for _ in 0..<3 { stream.send(text: "late") }
            stream.echo()
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        let answer = try connection.close(code: .goingAway, reason: "ü", deadline: soon)
        #expect(answer == .close(code: 1001, reason: "ü"))
        #expect(!connection.isOpen)
    }

    @Test("Raw bytes and frames out of place reach the gateway")
    func raw() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            guard let raw = stream.read(3), let frame = stream.readFrame() else { return }
            stream.send(Frame(.binary, payload: raw + [frame.opcode.rawValue] + frame.payload))
        }
        let connection = try WebSocketClient(url: listener.url, deadline: soon)
        try connection.sendRaw([1, 2, 3])
        try connection.send(.continuation, isFinal: false, [9])
        #expect(try connection.receive(deadline: soon) == .binary([1, 2, 3, 0, 9]))
    }

    @Test("A message over the limit ends the connection with 1009")
    func tooBig() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(text: String(repeating: "x", count: 1_001))
            let frame = stream.readFrame()
            guard frame?.payload == [0x03, 0xF1] else { fatalError("no close with code 1009") }
        }
        var options = WebSocketOptions()
        options.messageByteCountMax = 1_000
        let connection = try WebSocketClient(url: listener.url, options: options, deadline: soon)
        #expect(throws: WebSocketFailure.violation(.messageTooBig)) {
            try connection.receive(deadline: soon)
        }
    }

    @Test("A name with several addresses is tried until one answers")
    func severalAddresses() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let url = "ws://localhost:\(listener.port)"
        let connection = try WebSocketClient(url: url, deadline: soon)
        #expect(connection.isOpen)
    }
}
