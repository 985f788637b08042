import Testing
import WebSocketClient

@Suite(.timeLimit(.minutes(1))) struct RawStreamTests {
    @Test("Half a request gets silence, a whole one an answer, and then the end")
    func halfRequest() throws {
        let listener = LoopbackListener { stream in
            _ = stream.readRequest()
            stream.write(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
        }
        let stream = try RawStream(host: "127.0.0.1", port: listener.port, deadline: soon)
        try stream.send(Array("GET / HTTP/1.1\r\n".utf8), deadline: soon)
        #expect(stream.receive(deadline: .now + .milliseconds(50)) == nil)
        try stream.send(Array("\r\n".utf8), deadline: soon)
        let answer = stream.receive(deadline: soon)
        #expect(answer == Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
        #expect(stream.receive(deadline: soon) == [])
    }

    @Test("A port where nobody listens is unreachable")
    func unreachable() throws {
        let port = LoopbackListener.deadPort()
        #expect(throws: WebSocketFailure.unreachable(errorNumber: 111)) {
            try RawStream(host: "127.0.0.1", port: port, deadline: soon)
        }
    }
}
