import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Which handshakes are refused, with which status and words.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct HandshakeTests {
    private func refusal(_ url: String, headers: [(String, String)] = []) -> HTTPAnswer? {
        var options = WebSocketOptions()
        options.headers = headers
        do {
            _ = try WebSocketClient(url: url, options: options, deadline: Member.soon)
            return nil
        } catch {
            guard case .handshake(.refused(let answer)) = error else { return nil }
            return answer
        }
    }

    @Test("Tokens that are missing or no good are refused with 401 and the reason")
    func tokens() async throws {
        try await TestNode.with { node in
            let cases: [(String?, String)] = [
                (nil, "API key is missing"),
                ("", "API key is missing"),
                (Person.ana.token(lastingSeconds: -5), "Token has expired"),
                ("abc", "The token provided is not a valid JWT"),
                ("a.b.c", "The token provided is not a valid JWT"),
                (
                    Person.ana.token(secret: "the secret of somebody else, also 32 bytes"),
                    "Failed to validate JWT signature"
                ),
            ]
            for path in ["/socket/websocket", "/realtime/v1/websocket"] {
                for (token, text) in cases {
                    let query = token.map { "&apikey=\($0)" } ?? ""
                    let answer = refusal("\(node.url)\(path)?vsn=2.0.0\(query)")
                    #expect(answer?.status == 401)
                    #expect(answer?.text == #"{"error":"\#(text)"}"#)
                    #expect(answer?.value("content-type")?.hasPrefix("application/json") == true)
                }
            }
            try node.expectHealthy()
        }
    }

    @Test("A role that is not allowed connects and joins nothing")
    func wrongRole() async throws {
        try await TestNode.with { node in
            let member = try Member(url: node.url, token: Person.ana.token(role: "postgres"))
            #expect(
                try member.refusal("trip:1")
                    == "Unauthorized: You do not have permissions to read from this Channel topic: "
                    + "trip:1"
            )
            try node.expectHealthy()
        }
    }

    @Test("An unknown vsn is refused with 403 and no body; none at all is the first serializer")
    func serializer() async throws {
        try await TestNode.with { node in
            let base = "\(node.url)/socket/websocket?apikey=\(Person.ana.token)"
            for vsn in ["3.0.0", "2", "x", ""] {
                let answer = refusal("\(base)&vsn=\(vsn)")
                #expect(answer?.status == 403, "\(vsn)")
                #expect(answer?.body.isEmpty == true)
            }
            for query in ["", "&vsn=1.0.7", "&vsn=1.0.0&eventsPerSecond=10&log_level=info&x=%20"] {
                let stream = try WebSocketClient(url: base + query, deadline: Member.soon)
                try stream.sendText(
                    #"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":null}"#
                )
                guard case .text(let text) = try stream.receive(deadline: Member.soon) else {
                    Issue.record("no answer to \(query)")
                    continue
                }
                let answer = try JSON(parsing: text)
                #expect(answer["event"] == .string("phx_reply") && answer["ref"] == .null)
            }
        }
    }

    @Test("The header x-api-key wins over the query")
    func header() async throws {
        try await TestNode.with { node in
            let base = "\(node.url)/socket/websocket?vsn=2.0.0&apikey="
            let bad = refusal(base + Person.ana.token, headers: [("x-api-key", "abc")])
            #expect(bad?.status == 401)
            #expect(refusal(base + "abc", headers: [("x-api-key", Person.ana.token)]) == nil)
        }
    }

    @Test("Headers that are configured can be seen by rules")
    func keptHeaders() async throws {
        try await TestNode.with(file: "channels:\n  kept_headers: [X-Team]\n") { node in
            try node.sql(
                """
                CREATE POLICY team ON realtime.messages FOR SELECT TO authenticated USING (
                    extension = 'broadcast' AND realtime.topic() = 'team'
                    AND current_setting('request.headers')::jsonb ->> 'x-team' = 'red');
                """
            )
            for (team, isOK) in [("red", true), ("blue", false)] {
                var options = WebSocketOptions()
                options.headers = [("X-Team", team)]
                let member = try Member(url: node.url, token: Person.ana.token, .v2, options)
                #expect(try await eventually { try member.join("team").isOK == isOK }, "\(team)")
            }
        }
    }

    @Test("Connections over the limit get 429, and a place that is given up is free again")
    func connectionCount() async throws {
        try await TestNode.with([.limitsConnections: "3"]) { node in
            let members = try (0..<3).map { _ in try Member(node, .ana) }
            let url = "\(node.url)/socket/websocket?apikey=\(Person.ana.token)"
            let answer = refusal(url)
            #expect(answer?.status == 429)
            #expect(answer?.text == #"{"error":"Too many connected users"}"#)
            #expect(try HTTP.get("/healthz", port: node.port).status == 200)
            try members[0].joined("trip:1")
            members[1].drop()
            #expect(await eventually { self.refusal(url) == nil })
        }
    }

    @Test("With several loops the limit counts for all of them together")
    func connectionCountOfLoops() async throws {
        try await TestNode.with([.limitsConnections: "4", .listenLoops: "2"]) { node in
            let members = try (0..<4).map { _ in try Member(node, .ana) }
            let url = "\(node.url)/socket/websocket?apikey=\(Person.ana.token)"
            // A connection counts from when its loop has it open, just after its 101.
            #expect(await eventually { self.refusal(url)?.status == 429 })
            for member in members { #expect(try member.isAlive()) }
        }
    }

    @Test("A URL of 100 KB is cut off, and others are served")
    func longURL() async throws {
        try await TestNode.with { node in
            let long = String(repeating: "x", count: 100_000)
            let stream = try RawStream(host: "127.0.0.1", port: node.port, deadline: Member.soon)
            // The gateway may close before it has read all of it.
            try? stream.send(
                Array("GET /socket/websocket?apikey=\(long) HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
                deadline: Member.soon
            )
            var answer: [UInt8] = []
            while let more = stream.receive(deadline: Member.soon), !more.isEmpty { answer += more }
            let text = String(decoding: answer, as: UTF8.self)
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"), "\(text.prefix(100))")
            try node.expectHealthy()
        }
    }

    @Test("Half a request and silence is ended by the handshake's time limit")
    func halfRequest() async throws {
        try await TestNode.with([.timeoutsHandshakeSeconds: "1"]) { node in
            let halves = ["", "GET /socket/websocket HTT", "GET /healthz HTTP/1.1\r\nHost: x\r\n"]
            let streams = try halves.map { half in
                let stream = try RawStream(
                    host: "127.0.0.1",
                    port: node.port,
                    deadline: Member.soon
                )
                try stream.send(Array(half.utf8), deadline: Member.soon)
                return stream
            }
            try node.expectHealthy()
            for (half, stream) in zip(halves, streams) {
                #expect(await stream.endsPatiently(), "after \(half)")
            }
            try node.expectHealthy()
        }
    }

    @Test("Half a frame and silence is ended by the idle time limit")
    func halfFrame() async throws {
        try await TestNode.with([.timeoutsIdleSeconds: "5", .timeoutsPingSeconds: "1"]) { node in
            let stream = try RawStream(host: "127.0.0.1", port: node.port, deadline: Member.soon)
            let request = """
                GET /socket/websocket?vsn=2.0.0&apikey=\(Person.ana.token) HTTP/1.1\r
                Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n
                """
            try stream.send(Array(request.utf8), deadline: Member.soon)
            let answer = try #require(stream.receive(deadline: Member.soon))
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 101"))
            // A masked text frame of 20 bytes, of which 3 come.
            try stream.send([0x81, 0x94, 1, 2, 3, 4, 0x5A, 0x20, 0x30], deadline: Member.soon)
            try node.expectHealthy()
            #expect(await stream.endsPatiently())
            try node.expectHealthy()
        }
    }
}

extension RawStream {
    /// Whether the other side ends the stream in time; other tests run on meanwhile.
    func endsPatiently() async -> Bool {
        await eventually(within: Member.patience) {
            while let bytes = receive(deadline: .now) {
                if bytes.isEmpty { return true }
            }
            return false
        }
    }
}
