import Testing

@testable import WebSocketClient

@Suite struct ClientHandshakeTests {
    /// The key of RFC 6455, section 1.3.
    private static let nonce = Array("the sample nonce".utf8)
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    private func handshake(
        _ headers: [(name: String, value: String)] = []
    ) throws -> ClientHandshake {
        let address = try WebSocketAddress("ws://example.org:4000/socket/websocket?vsn=2.0.0")
        return ClientHandshake(address, headers: headers, nonce: Self.nonce)
    }

    private func answer(_ lines: String...) -> [UInt8] {
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    @Test("The request is the one of RFC 6455, further headers last")
    func request() throws {
        let text = String(decoding: try handshake([("X-Trace", "7")]).request, as: UTF8.self)
        #expect(
            text == """
                GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r
                Host: example.org:4000\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                X-Trace: 7\r
                \r

                """
        )
    }

    @Test("A header with a line break is the caller's mistake")
    func headerInjection() async {
        await #expect(processExitsWith: .failure) {
            let address = try WebSocketAddress("ws://example.org")
            _ = ClientHandshake(
                address,
                headers: [("X-Trace", "7\r\nX-Admin: yes")],
                nonce: [UInt8](repeating: 0, count: 16)
            )
        }
    }

    @Test("An answer in any pieces is accepted, and what follows it is kept")
    func accepted() throws {
        let bytes =
            answer(
                "HTTP/1.1 101 Switching Protocols",
                "upgrade:WebSocket",
                "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Accept:  \(Self.accept)\t"
            ) + [0x81, 0x00]
        for cut in 0..<(bytes.count - 2) {
            var handshake = try handshake()
            #expect(try handshake.receive(bytes[..<cut]) == nil)
            #expect(try handshake.receive(bytes[cut...]) == [0x81, 0x00])
        }
    }

    @Test(
        "An answer that agrees to something else is no handshake",
        arguments: [
            (
                ["HTTP/1.1 101 x", "Upgrade: websocket", "Connection: upgrade"],
                HandshakeFailure.acceptWrong
            ),
            (
                [
                    "HTTP/1.1 101 x", "Upgrade: websocket", "Connection: upgrade",
                    "Sec-WebSocket-Accept: \(accept.lowercased())",
                ], .acceptWrong
            ),
            (["HTTP/1.1 101 x", "Sec-WebSocket-Accept: \(accept)"], .upgradeMissing),
            (
                [
                    "HTTP/1.1 101 x", "Upgrade: h2c", "Connection: upgrade",
                    "Sec-WebSocket-Accept: \(accept)",
                ],
                .upgradeMissing
            ),
            (
                [
                    "HTTP/1.1 101 x", "Upgrade: websocket", "Connection: upgrade",
                    "Sec-WebSocket-Accept: \(accept)",
                    "Sec-WebSocket-Extensions: permessage-deflate",
                ], .extensionUnasked
            ),
            (["SSH-2.0-OpenSSH_9"], .answerMalformed), (["HTTP/1.1"], .answerMalformed),
            (["HTTP/1.1 1x1 no"], .answerMalformed), (["HTTP/1.1 -01 no"], .answerMalformed),
            (["HTTP/1.1 101 x", "no colon"], .answerMalformed), ([""], .answerMalformed),
        ] as [([String], HandshakeFailure)]
    )
    func wrongAnswers(lines: [String], failure: HandshakeFailure) throws {
        var handshake = try handshake()
        #expect(throws: failure) {
            try handshake.receive(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        }
    }

    @Test("A refusal comes with status, headers and as much body as it promises")
    func refusal() throws {
        let bytes =
            answer("HTTP/1.1 401 Unauthorized", "Content-Length: 5", "X-A: b")
            + Array("wrong!!".utf8)
        for cut in 0..<(bytes.count - 2) {
            var handshake = try handshake()
            let thrown = #expect(throws: HandshakeFailure.self) {
                #expect(try handshake.receive(bytes[..<cut]) == nil)
                _ = try handshake.receive(bytes[cut...])
            }
            guard case .refused(let answer) = thrown else {
                Issue.record("no refusal, cut at \(cut)")
                continue
            }
            #expect(answer.status == 401)
            #expect(answer.text == "wrong")
            #expect(answer.value("x-a") == "b")
        }
    }

    @Test("A refusal without a length ends with the stream, and a cut one is still a refusal")
    func endedRefusal() throws {
        for length in ["X-A: b", "Content-Length: 99", "Content-Length: -1x"] {
            var handshake = try handshake()
            #expect(
                try handshake.receive(answer("HTTP/1.1 503 Busy", length) + [0x68, 0x69]) == nil
            )
            guard case .refused(let answer) = handshake.ended() else {
                Issue.record("no refusal")
                return
            }
            #expect(answer.status == 503)
            #expect(answer.text == "hi")
        }
        #expect(try handshake().ended() == .endedEarly)
    }

    @Test("Heads and bodies without end are cut off")
    func bounded() throws {
        var first = try handshake()
        #expect(throws: HandshakeFailure.headTooLong) {
            for _ in 0..<100 { _ = try first.receive([UInt8](repeating: 0x61, count: 1_000)) }
        }
        var second = try handshake()
        _ = try second.receive(answer("HTTP/1.1 500 x"))
        let thrown = #expect(throws: HandshakeFailure.self) {
            for _ in 0..<100 { _ = try second.receive([UInt8](repeating: 0x61, count: 1_000)) }
        }
        guard case .refused(let answer) = thrown else {
            Issue.record("no refusal")
            return
        }
        #expect(answer.body.count == 65_536)
    }

    @Test("Random answers crash nothing", arguments: 1...100 as ClosedRange<UInt64>)
    func randomAnswers(seed: UInt64) throws {
        var generator = Seeded(seed: seed)
        let letters = Array("HTTP/1.1 101\r\n\r\n:Upgradewbsockt-Lnh0é\0".utf8)
        for _ in 0..<50 {
            var handshake = try handshake()
            let count = Int.random(in: 0...200, using: &generator)
            let bytes = (0..<count).map { _ in letters.randomElement(using: &generator) ?? 0 }
            let start = Bool.random(using: &generator) ? Array("HTTP/1.1 101 ".utf8) : []
            _ = try? handshake.receive(start + bytes + [13, 10, 13, 10])
        }
    }
}
