import Gateway
import TestSupport
import Testing
import Wire

/// Plain HTTP: health, readiness, metrics, and nothing else.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RoutesTests {
    @Test("Health and readiness are answered as JSON")
    func health() async throws {
        try await TestNode.with { node in
            for (path, body) in [
                ("/healthz", #"{"status":"ok"}"#), ("/readyz", #"{"status":"ready"}"#),
            ] {
                let answer = try HTTP.get(path, port: node.port)
                #expect(answer.status == 200)
                #expect(answer.body == body)
                #expect(answer.head.contains("content-type: application/json"))
            }
        }
    }

    @Test(
        "Everything else is 404 as JSON, the development page too",
        arguments: [
            "/", "/dev/info.json", "/page.js", "/metrics", "/healthz/x", "/api/broadcast", "/%00",
            "/..",
            "/socket/websocket/x",
        ]
    )
    func unknown(path: String) async throws {
        try await TestNode.with { node in
            let answer = try HTTP.get(path, port: node.port)
            #expect(answer.status == 404)
            #expect(answer.body == #"{"error":"not found"}"#)
            #expect(answer.head.contains("content-type: application/json"))
        }
    }

    @Test("A WebSocket at another path is 404, a plain request at the WebSocket's is refused")
    func wrongPlace() async throws {
        try await TestNode.with { node in
            let upgrade = [
                "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13",
            ]
            let lines = ["GET /other HTTP/1.1", "Host: x"] + upgrade + ["", ""]
            let answer = try HTTP.exchange(lines.joined(separator: "\r\n"), port: node.port)
            #expect(answer.status == 404)
            let plain = try HTTP.get(
                "/socket/websocket?apikey=\(Person.ana.token)",
                port: node.port
            )
            #expect((400..<500).contains(plain.status))
            try node.expectHealthy()
        }
    }

    @Test("Metrics are on the admin port only, and that port has nothing else")
    func metrics() async throws {
        try await TestNode.with { node in
            let answer = try HTTP.get("/metrics", port: node.adminPort)
            #expect(answer.status == 200)
            #expect(answer.head.contains("content-type: text/plain"))
            #expect(answer.body.contains("# TYPE waypost_connections gauge"))
            #expect(try await eventually { try node.metric("waypost_ready") == 1 })
            for path in ["/", "/healthz", "/dev/info.json"] {
                #expect(try HTTP.get(path, port: node.adminPort).status == 404)
            }
            let lines = [
                "GET /socket/websocket?apikey=\(Person.ana.token) HTTP/1.1", "Host: x",
                "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", "", "",
            ]
            let upgrade = try HTTP.exchange(lines.joined(separator: "\r\n"), port: node.adminPort)
            #expect(upgrade.status == 404)
        }
    }

    @Test("With a token configured metrics are for those who bring it")
    func metricsToken() async throws {
        try await TestNode.with([.adminToken: "for the one who scrapes"]) { node in
            let wrong = ["Authorization: Bearer for the one who scrapeS"]
            for header in [[], wrong, ["Authorization: x"]] {
                let answer = try HTTP.get("/metrics", port: node.adminPort, headers: header)
                #expect(answer.status == 403)
                #expect(!answer.body.contains("waypost_"))
            }
            let answer = try HTTP.get(
                "/metrics",
                port: node.adminPort,
                headers: ["Authorization: Bearer for the one who scrapes"]
            )
            #expect(answer.status == 200)
        }
    }

    @Test("A message is encoded once for each serializer, however many are subscribed")
    func encodings() async throws {
        try await TestNode.with { node in
            let members = try (0..<50).map { _ in try Member(node, .ana) }
            for member in members { try member.joined("trip:1") }
            let name = "waypost_encodings_total"
            #expect(try node.metric(name) == 0)
            try node.fence("trip:1")
            for member in members { #expect(try member.broadcasts().isEmpty) }
            #expect(try await eventually { try node.metric("waypost_deliveries_total") == 50 })
            #expect(try node.metric(name) == 1)
            let other = try Member(node, .ben, .v1)
            try other.joined("trip:1")
            try node.fence("trip:1")
            #expect(try other.broadcasts().isEmpty)
            #expect(try await eventually { try node.metric("waypost_deliveries_total") == 101 })
            #expect(try node.metric(name) == 3)
            #expect(try node.metric("waypost_connections") == 51)
            #expect(try node.metric("waypost_channels") == 51)
            #expect(try node.metric("waypost_topics") == 1)
            #expect(try node.metric("waypost_joins_accepted_total") == 51)
        }
    }

    @Test("Topics and tokens are not in the metrics")
    func discretion() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("user:\(Person.ana.rawValue)")
            _ = try ana.refusal("secretplan:\(Person.ana.token.suffix(20))")
            let text = try HTTP.get("/metrics", port: node.adminPort).body
            #expect(!text.contains(Person.ana.rawValue))
            #expect(!text.contains("secretplan"))
            #expect(!text.contains(Person.ana.token.suffix(20)))
        }
    }
}
