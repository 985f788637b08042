import Glibc
import Testing
import WebSocketServer

@Suite(.serialized, .timeLimit(.minutes(1))) struct LoopBodiesTests {
    private static func post(
        _ body: String,
        to path: String = "/echo",
        _ headers: String = "",
        version: String = "HTTP/1.1"
    ) -> String {
        "POST \(path) \(version)\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n"
            + body
    }

    private static func exchange(_ loop: RunningLoop, _ request: String) throws -> String {
        let connection = try TestConnection(port: loop.port)
        // The loop may hang up before all of it is written.
        do { try connection.write(request) } catch TestConnection.Failure.ended {}
        return String(decoding: try connection.readToEnd(), as: UTF8.self)
    }

    /// Proves that the loop still serves.
    private static func expectHealthy(
        _ loop: RunningLoop,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try exchange(loop, post("on", to: "/echo", "Connection: close\r\n"))
        #expect(answer.hasSuffix("\r\n\r\non"), sourceLocation: sourceLocation)
    }

    /// What would be answered with 200 if the loop took a body's bytes for a request.
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(
        "A request that can be read in two ways is refused, and nothing after it is looked at",
        arguments: [
            ("Content-Length: 5\r\nContent-Length: 5\r\n", "400"),
            ("Content-Length: 5\r\nContent-Length: 0\r\n", "400"),
            ("Content-Length: 0\r\nContent-Length: 5\r\n", "400"),
            ("Content-Length: 5, 5\r\n", "400"), ("Content-Length: +5\r\n", "400"),
            ("Content-Length: -5\r\n", "400"), ("Content-Length: 0x5\r\n", "400"),
            ("Content-Length:\r\n", "400"), ("Content-Length: five\r\n", "400"),
            ("Content-Length: 18446744073709551621\r\n", "400"),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "400"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "400"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "400"),
            ("Transfer-Encoding:\r\nContent-Length: 5\r\n", "400"),
            ("Transfer-Encoding: identity\r\n", "501"),
            ("Transfer-Encoding: gzip, chunked\r\n", "501"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "501"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "501"),
            ("Transfer-Encoding: xchunked\r\n", "501"),
            ("Content-Length : 5\r\n", "400"), ("Transfer-Encoding : chunked\r\n", "400"),
            ("Content-Length: 5\r\nTransfer-Encoding\t: chunked\r\n", "400"),
            ("Content-Length: 5\r\nExpect: 200-ok\r\n", "417"),
        ]
    )
    func smuggling(headers: String, status: String) throws {
        let loop = try RunningLoop()
        let request = "POST /echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\n"
        for body in ["hello", "0\r\n\r\n", ""] {
            let answer = try Self.exchange(loop, request + body + Self.smuggled)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.contains("connection: close\r\n"))
            #expect(answer.ranges(of: "HTTP/1.1").count == 1, "\(answer)")
        }
        #expect(loop.bodies.isEmpty)
        #expect(!loop.requests.contains { $0.path == "/smuggled" })
        try Self.expectHealthy(loop)
    }

    @Test("A line in a header that is none does not hide what follows it")
    func strayLines() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.handshakeTimeout = .milliseconds(300) }
        )
        for headers in [
            "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
            "X\r\n: y\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        ] {
            let answer = try Self.exchange(
                loop,
                "POST /echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\nhello" + Self.smuggled
            )
            #expect(!answer.contains("hello\n"), "\(headers) \(answer)")
        }
        #expect(!loop.requests.contains { $0.path == "/smuggled" })
    }

    @Test(
        "A path that libwebsockets would change is refused",
        arguments: ["/a&b", "/a;b", "/a%0ab", "/a%0d%0aContent-Length:%205"]
    )
    func path(path: String) throws {
        let loop = try RunningLoop()
        let answer = try Self.exchange(loop, Self.post("hello", to: path) + Self.smuggled)
        #expect(!answer.contains("hello"), "\(answer)")
        #expect(loop.bodies.isEmpty)
        #expect(!loop.requests.contains { $0.path == "/smuggled" })
    }

    @Test(
        "Malformed chunks are refused, and nothing after them is looked at",
        arguments: ["5\nhello\r\n0\r\n\r\n", "g\r\n", "5\r\nhello0\r\n\r\n", "-5\r\nhello\r\n"]
    )
    func malformedChunks(body: String) throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.handshakeTimeout = .milliseconds(300) }
        )
        let answer = try Self.exchange(
            loop,
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                + Self.smuggled
        )
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        #expect(answer.ranges(of: "HTTP/1.1").count == 1)
        #expect(loop.bodies.isEmpty)
    }

    @Test("A body over the limit is refused before it is read, with a length or in chunks")
    func tooLarge() throws {
        let loop = try RunningLoop()
        let large = String(repeating: "x", count: 10_001)
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\n"
        for request in [
            head + "Content-Length: 10001\r\n\r\n",
            head + "Content-Length: 999999999999999\r\n\r\n",
            head + "Content-Length: 10001\r\nExpect: 100-continue\r\n\r\n",
            head + "Transfer-Encoding: chunked\r\n\r\n2711\r\n",
            Self.post(large),
            Self.post(String(repeating: large, count: 100)),
        ] {
            let connection = try TestConnection(port: loop.port)
            try connection.write(request)
            let answer = try connection.readResponse()
            #expect(answer.head.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
            #expect(answer.head.contains("connection: close\r\n"))
            #expect(answer.body == #"{"error":"the body is too large"}"#)
        }
        #expect(loop.bodies.isEmpty)
        #expect(loop.counters.bodyTooLargeCount == 6)
        try Self.expectHealthy(loop)
    }

    @Test("A refusal comes before the body, and arrives although the body comes too")
    func refusedEarly() throws {
        let loop = try RunningLoop()
        let waiting = try TestConnection(port: loop.port)
        try waiting.write("POST /denied HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
        #expect(try waiting.readResponse().head.hasPrefix("HTTP/1.1 401 "))
        let pushing = try TestConnection(port: loop.port)
        try pushing.write(Self.post(String(repeating: "x", count: 2_000_000), to: "/denied"))
        #expect(try pushing.readResponse().head.hasPrefix("HTTP/1.1 401 "))
        #expect(try pushing.isEnded())
        #expect(loop.bodies.isEmpty)
        let parts = loop.perform { [$0.exchangeCount, $0.assembledByteCount] }
        #expect(parts == [0, 0])
    }

    @Test("A body that trickles in is cut at its deadline, and frees what it held")
    func slowBody() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.bodyTimeout = .milliseconds(300)
                $0.handshakeTimeout = .seconds(60)
            }
        )
        for head in ["Content-Length: 9000", "Transfer-Encoding: chunked"] {
            let connection = try TestConnection(port: loop.port)
            #expect(throws: TestConnection.Failure.ended) {
                try connection.write("POST /echo HTTP/1.1\r\nHost: a\r\n\(head)\r\n\r\n")
                while true {
                    try connection.write("1\r\nx\r\n")
                    usleep(20_000)
                }
            }
        }
        try loop.wait { $0.counters.linkCount == 0 }
        #expect(loop.counters.bodyTimeoutCount == 2)
        #expect(loop.bodies.isEmpty)
        let parts = loop.perform { [$0.exchangeCount, $0.assembledByteCount] }
        #expect(parts == [0, 0])
    }

    @Test("Requests with bodies and without share a connection")
    func keepAlive() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        for body in ["one", "", String(repeating: "x", count: 10_000), "four"] {
            try connection.write(Self.post(body))
            let answer = try connection.readResponse()
            #expect(answer.head.contains("connection: keep-alive\r\n"))
            #expect(answer.body == body)
            try connection.write("OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try connection.readResponse().head.contains("connection: keep-alive\r\n"))
            try connection.write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try connection.readResponse().body == "hello\n")
        }
        try connection.write(Self.post("last", "Connection: close\r\n"))
        #expect(try connection.readResponse().body == "last")
        #expect(try connection.isEnded())
        #expect(loop.bodies.count == 5)
    }

    /// libwebsockets would read the header of such a request as its body, or turn for ever.
    @Test(
        "A body that comes before the last request is answered is not read, and the loop goes on",
        arguments: ["/echo", "/later", "/denied", "/health"]
    )
    func pipelined(path: String) throws {
        let loop = try RunningLoop()
        let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        let chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for second in [Self.post("second"), chunked + "6\r\nsecond\r\n0\r\n\r\n"] {
            let answer = try Self.exchange(loop, get + second + Self.smuggled)
            #expect(answer.contains("hello\n"))
            #expect(answer.contains("HTTP/1.1 503 "), "\(answer)")
            #expect(answer.hasSuffix(#"another connection, not pipelined"}"#))
        }
        for first in [Self.post("first", to: path), Self.post("", to: path)] {
            let connection = try TestConnection(port: loop.port)
            try connection.write(first + Self.post("second") + Self.smuggled)
            if path == "/later" {
                let count = loop.unanswered.count
                try loop.wait { $0.unanswered.count > 0 || count > 0 }
                let before = loop.waitCount
                usleep(200_000)
                #expect(loop.waitCount - before < 100, "the loop spins while a request waits")
                for number in loop.unanswered {
                    loop.perform { $0.answer(number, with: Response(status: 202)) }
                }
            }
            let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
            #expect(answer.contains("connection: close\r\n"), "\(answer)")
        }
        #expect(!loop.bodies.contains { $0.contains("second") || $0.contains("POST") })
        #expect(!loop.requests.contains { $0.path == "/smuggled" })
        try Self.expectHealthy(loop)
    }

    @Test("A request is answered when the delegate wants, and the next one after it")
    func laterAnswer() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        for (index, path) in ["/later", "/later/x", "/later"].enumerated() {
            try connection.write(Self.post(index == 1 ? "" : "body", to: path))
            try loop.wait { $0.unanswered.count == index + 1 }
            if index == 2 {
                // It arrives while the first waits, and stays in the system.
                try connection.write(Self.post("next"))
                usleep(50_000)
            }
            let number = loop.unanswered[index]
            loop.perform { loop in
                loop.answer(number, with: Response(status: 202, body: Array("\(index)".utf8)))
                loop.answer(number, with: Response(status: 500))
            }
            let answer = try connection.readResponse()
            #expect(answer.head.hasPrefix("HTTP/1.1 202 Accepted\r\n"))
            #expect(answer.body == "\(index)")
        }
        #expect(try connection.readResponse().body == "next")
    }

    @Test("Whoever leaves before the answer leaves nothing behind")
    func gone() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.answerTimeout = .milliseconds(200) }
        )
        do {
            let connection = try TestConnection(port: loop.port)
            try connection.write(Self.post("hello", to: "/later"))
            try loop.wait { $0.unanswered.count == 1 }
        }
        try loop.wait { $0.counters.linkCount == 0 }
        let number = loop.unanswered[0]
        loop.perform { $0.answer(number, with: Response(status: 200)) }
        let parts = loop.perform { [$0.exchangeCount, $0.assembledByteCount] }
        #expect(parts == [0, 0])
        try Self.expectHealthy(loop)
    }

    @Test("Only so many requests wait")
    func waitingLimit() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.waitingRequestCountMax = 2 })
        let waiting = try (0..<2).map { _ in try TestConnection(port: loop.port) }
        for connection in waiting { try connection.write(Self.post("hello", to: "/later")) }
        try loop.wait { $0.unanswered.count == 2 }
        let third = try Self.exchange(loop, Self.post("hello"))
        #expect(third.hasPrefix("HTTP/1.1 429 "))
        #expect(third.hasSuffix(#"{"message":"Too many requests"}"#))
        for number in loop.unanswered {
            loop.perform { $0.answer(number, with: Response(status: 200)) }
        }
        for connection in waiting {
            #expect(try connection.readResponse().head.hasPrefix("HTTP/1.1 200 "))
        }
        try Self.expectHealthy(loop)
        #expect(loop.counters.requestRefusedCount == 1)
    }

    @Test("All bodies together have a limit")
    func roomLimit() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.assemblyByteCountMax = 12_000 })
        let first = try TestConnection(port: loop.port)
        try first.write(Self.post(String(repeating: "x", count: 8_000), to: "/later"))
        try loop.wait { $0.unanswered.count == 1 }
        let second = try Self.exchange(loop, Self.post(String(repeating: "x", count: 8_000)))
        #expect(second.hasPrefix("HTTP/1.1 429 "))
        let number = loop.unanswered[0]
        loop.perform { $0.answer(number, with: Response(status: 200)) }
        _ = try first.readResponse()
        #expect(loop.perform { $0.assembledByteCount } == 0)
    }

    @Test("Chunks, HTTP/1.0, no length and 100-continue are understood; a body may come in pieces")
    func forms() throws {
        let loop = try RunningLoop()
        let chunked = try Self.exchange(
            loop,
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nA: b\r\n\r\n" + Self.smuggled
        )
        #expect(chunked.hasSuffix("connection: close\r\n\r\nhello!"))
        let old = try Self.exchange(loop, Self.post("old", version: "HTTP/1.0"))
        #expect(old.hasSuffix("connection: close\r\n\r\nold"))
        let none = try Self.exchange(loop, "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n" + Self.smuggled)
        #expect(none.hasSuffix("content-length: 0\r\nconnection: close\r\n\r\n"))
        let polite = try TestConnection(port: loop.port)
        try polite.write(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nExpect: 100-Continue\r\n\r\n"
        )
        #expect(try polite.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
        for byte in "polite".utf8 {
            try polite.write([byte])
            usleep(2_000)
        }
        #expect(try polite.readResponse().body == "polite")
        #expect(!loop.requests.contains { $0.path == "/smuggled" })
    }

    @Test("A draining loop answers what waits before it ends")
    func drain() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        try connection.write(Self.post("hello", to: "/later"))
        try loop.wait { $0.unanswered.count == 1 }
        loop.perform { $0.drain(within: .seconds(10)) }
        let number = loop.unanswered[0]
        loop.perform { $0.answer(number, with: Response(status: 202)) }
        #expect(try connection.readResponse().head.contains("connection: close\r\n"))
        loop.join()
    }
}
