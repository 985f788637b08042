import Glibc
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopRequestsTests {
    private static func exchange(_ loop: RunningLoop, _ request: String) throws -> String {
        let connection = try TestConnection(port: loop.port)
        try connection.write(request)
        return String(decoding: try connection.readToEnd(), as: UTF8.self)
    }

    @Test("A refusal is whole, at once, in HTTP/1.1, and ends TCP", .timeLimit(.minutes(1)))
    func refusal() throws {
        let body = #"{"error":"The token provided is not a valid JWT"}"#
        let loop = try RunningLoop { request in
            .refuse(
                Response(status: 401, contentType: "application/json", body: Array(body.utf8))
            )
        }
        let connection = try TestConnection(port: loop.port)
        try connection.write(TestConnection.handshake())
        let response = try connection.readResponse()
        #expect(response.head.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
        #expect(response.head.contains("content-type: application/json\r\n"))
        #expect(response.head.contains("content-length: \(body.utf8.count)\r\n"))
        #expect(response.head.contains("connection: close\r\n"))
        #expect(response.body == body)
        #expect(try connection.isEnded())
        #expect(loop.counters.refusedCount == 1)
        #expect(loop.opened.isEmpty)
    }

    @Test("A refusal may have no body", .timeLimit(.minutes(1)))
    func emptyRefusal() throws {
        let loop = try RunningLoop { _ in .refuse(Response(status: 403)) }
        let answer = try Self.exchange(loop, TestConnection.handshake())
        #expect(
            answer == "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
    }

    @Test("The delegate sees path, query, chosen headers and address", .timeLimit(.minutes(1)))
    func request() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.headerNames = ["X-Api-Key", "host", "x-forwarded-for", "x-absent", "user-agent"]
            }
        )
        let connection = try TestConnection(port: loop.port)
        try connection.upgrade(
            path: "/realtime/v1//websocket?apikey=a.b-c_d&vsn=2.0.0&x=%C3%BC%3D+1&flag&&y=1=2",
            headers: "X-API-Key:  key \r\nX-Other: no\r\nX-Forwarded-For: 10.1.1.1\r\n"
                + "User-Agent: test\r\n"
        )
        try loop.wait { !$0.opened.isEmpty }
        let request = try #require(loop.requests.first)
        #expect(request.method == "GET")
        #expect(request.path == "/realtime/v1/websocket")
        #expect(request.query.map(\.name) == ["apikey", "vsn", "x", "flag", "y"])
        #expect(request.query.map(\.value) == ["a.b-c_d", "2.0.0", "ü= 1", "", "1=2"])
        #expect(request.queryValue("vsn") == "2.0.0")
        #expect(request.headers["x-api-key"]?.hasPrefix("key") == true)
        #expect(request.headers["host"] == "localhost")
        #expect(request.headers["x-forwarded-for"] == "10.1.1.1")
        #expect(request.headers["user-agent"] == "test")
        #expect(request.headers.count == 4)
        #expect(request.address == "127.0.0.1")
        #expect(!request.isTLS)
    }

    @Test(
        "A malformed handshake is told what is wrong with it",
        .timeLimit(.minutes(1)),
        arguments: [
            ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", "426"),
            ("Sec-WebSocket-Version: 13\r\n", "", "426"),
            ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400"),
            ("dGhlIHNhbXBsZSBub25jZQ==", "short", "400"),
            ("Connection: Upgrade", "Connection: keep-alive", "400"),
            ("Connection: Upgrade\r\n", "", "400"),
            ("Host: localhost\r\n", "", "400"),
            ("GET ", "POST ", "400"),
            ("Upgrade: websocket", "Upgrade: h2c", "400"),
            ("\r\n\r\n", "\r\nSec-WebSocket-Protocol: chat\r\n\r\n", "400"),
        ]
    )
    func malformed(old: String, new: String, status: String) throws {
        let loop = try RunningLoop()
        let answer = try Self.exchange(
            loop,
            TestConnection.handshake().replacing(old, with: new)
        )
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        #expect(loop.counters.malformedCount == 1)
        #expect(try Self.exchange(loop, Self.health).contains("hello"))
    }

    @Test("The configured subprotocol is echoed", .timeLimit(.minutes(1)))
    func subprotocol() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        let head = try connection.upgrade(headers: "Sec-WebSocket-Protocol: other, phoenix\r\n")
        #expect(head.contains("Sec-WebSocket-Protocol: phoenix\r\n"))
    }

    private static let health = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    @Test(
        "Whatever comes instead of a request ends, and the loop goes on",
        .timeLimit(.minutes(1)),
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: foo\r\nConnection: upgrade\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: \r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nUpgrade: foo\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "BREW /pot HTTP/1.1\r\n\r\n",
            "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET " + String(repeating: "/..", count: 400)
                + " HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET /?" + String(repeating: "a&", count: 3_000)
                + " HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nGET / HTTP/1.1\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
            "\n\n\n\n",
            "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /?apikey=" + String(repeating: "b", count: 100_000)
                + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nX-Long: " + String(repeating: "c", count: 100_000) + "\r\n\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "X-A: b\r\n", count: 10_000) + "\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "Accept: b\r\n", count: 10_000) + "\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "n", count: 100_000),
        ]
    )
    func garbage(bytes: String) throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.handshakeTimeout = .milliseconds(300) }
        )
        let connection = try TestConnection(port: loop.port)
        // The loop may hang up before all of it is written.
        do { try connection.write(bytes) } catch TestConnection.Failure.ended {}
        let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
        #expect(!answer.contains(" 101 "))
        #expect(loop.opened.isEmpty)
        #expect(try Self.exchange(loop, Self.health).contains("hello"))
    }

    @Test("A path and a token of 20 KB are read whole", .timeLimit(.minutes(1)))
    func longToken() throws {
        let loop = try RunningLoop()
        let token = String(repeating: "x", count: 20_000)
        _ = try TestConnection.open(port: loop.port, path: "/socket/websocket?apikey=\(token)")
        let request = try #require(loop.requests.first)
        #expect(request.queryValue("apikey") == token)
    }

    @Test(
        "Plain requests share a connection, also when they come together",
        .timeLimit(.minutes(1))
    )
    func keepAlive() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        for _ in 0..<3 {
            try connection.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try connection.readResponse()
            #expect(response.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(response.head.contains("connection: keep-alive\r\n"))
            #expect(response.body == "hello\n")
        }
        try connection.write(
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /missing HTTP/1.1\r\nHost: a\r\n\r\n"
                + Self.health
        )
        #expect(try connection.readResponse().body == "hello\n")
        #expect(try connection.readResponse().head.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(try connection.readResponse().head.contains("connection: close\r\n"))
        #expect(try connection.isEnded())
        #expect(loop.counters.responseCount == 6)
    }

    @Test("A connection may upgrade after plain requests", .timeLimit(.minutes(1)))
    func upgradeLater() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port)
        try connection.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try connection.readResponse()
        try connection.upgrade()
        try connection.send(text: "hi")
        #expect(try connection.receiveText() == "hi")
    }

    @Test(
        "HEAD has a head only, HTTP/1.0 closes, other methods are refused",
        .timeLimit(.minutes(1))
    )
    func methods() throws {
        let loop = try RunningLoop()
        let head = try Self.exchange(loop, "HEAD /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(head.contains("content-length: 6\r\n"))
        #expect(head.hasSuffix("\r\n\r\n"))
        let old = try Self.exchange(loop, "GET /health HTTP/1.0\r\n\r\n")
        #expect(old.hasSuffix("connection: close\r\n\r\nhello\n"))
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let answer = try Self.exchange(
                loop,
                "\(method) /health HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            )
            #expect(answer.hasPrefix("HTTP/1.1 405 "))
            #expect(answer.contains("allow: GET, HEAD\r\n"))
            #expect(answer.contains("content-type: application/json\r\n"))
            #expect(answer.hasSuffix(#"{"error":"method not allowed"}"#))
        }
        let body = try Self.exchange(
            loop,
            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345"
        )
        #expect(body.hasSuffix("connection: close\r\n\r\nhello\n"))
    }

    @Test(
        "A large answer reaches a slow reader, with and without a further request",
        .timeLimit(.minutes(1))
    )
    func largeAnswer() throws {
        let loop = try RunningLoop()
        let connection = try TestConnection(port: loop.port, receiveByteCount: 16_384)
        try connection.write("GET /metrics?size=3000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.readResponse().body.utf8.count == 3_000_000)
        try connection.write(
            "GET /metrics?size=3000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        #expect(try connection.readResponse().body.utf8.count == 3_000_000)
        #expect(try connection.isEnded())
    }

    @Test("Half a request and then silence is cut at the deadline", .timeLimit(.minutes(1)))
    func halfRequest() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.handshakeTimeout = .milliseconds(200) }
        )
        let nothing = try TestConnection(port: loop.port)
        let half = try TestConnection(port: loop.port)
        try half.write("GET /socket/websocket HTTP/1.1\r\nHost: lo")
        let idle = try TestConnection(port: loop.port)
        try idle.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try idle.readResponse()
        let open = try TestConnection.open(port: loop.port)
        for connection in [nothing, half, idle] { #expect(try connection.isEnded()) }
        #expect(loop.counters.handshakeTimeoutCount == 3)
        #expect(loop.counters.halfOpenCount == 0)
        try open.send(text: "not me")
        #expect(try open.receiveText() == "not me")
    }

    @Test("Bytes that trickle in do not stretch the deadline", .timeLimit(.minutes(1)))
    func trickle() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.handshakeTimeout = .milliseconds(300) }
        )
        let connection = try TestConnection(port: loop.port)
        #expect(throws: TestConnection.Failure.ended) {
            try connection.write("GET / HTTP/1.1\r\n")
            while true {
                try connection.write("X: y\r\n")
                usleep(5_000)
            }
        }
        #expect(loop.counters.handshakeTimeoutCount == 1)
    }
}
