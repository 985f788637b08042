import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Broadcasts that come over HTTP, on a node with its database and real members.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct BroadcastRequestsTests {
    private static func bearer(_ person: Person) -> [String] {
        ["Authorization: Bearer \(person.token)"]
    }

    private static func one(
        _ topic: String,
        _ name: String = "e",
        isPrivate: Bool = true
    ) -> String {
        #"{"topic":"\#(topic)","event":"\#(name)","payload":{"x":1.50},"private":\#(isPrivate)}"#
    }

    private static func several(_ messages: String...) -> String {
        #"{"messages":[\#(messages.joined(separator: ","))]}"#
    }

    @Test("Every refusal has its status and exact body, may be read by any page, and sends nothing")
    func refusals() async throws {
        try await TestNode.with([
            .limitsPayloadBytes: "1000", .limitsRequestBytes: "2000", .limitsRequestMessages: "3",
        ]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let single = "/api/broadcast/trip:1/events/e?private=true"
            let list = "/api/broadcast"
            let good = Self.several(Self.one("trip:1"))
            let large = #"{"a":""# + String(repeating: "x", count: 1_000) + #""}"#
            let ended = Person.ana.token(lastingSeconds: -5)
            let foreign = Person.ana.token(secret: "another secret that has 32 bytes or more")
            let cases: [(String, String, [String], RequestRefusal)] = [
                (list, good, [], .unauthorized),
                (single, "{}", [], .unauthorized),
                (list + "?apikey=\(Person.ana.token)", good, [], .unauthorized),
                (list, good, ["Authorization: Basic \(Person.ana.token)"], .unauthorized),
                (list, good, ["Authorization: Bearer \(ended)"], .unauthorized),
                (list, good, ["Authorization: Bearer \(foreign)"], .unauthorized),
                (list, good, ["apikey: nonsense"], .unauthorized),
                (
                    list, good, ["Authorization: Bearer nonsense", "apikey: \(Person.ana.token)"],
                    .unauthorized
                ),
                (list, "{", Self.bearer(.ana), .malformed),
                (list, "", Self.bearer(.ana), .messagesBlank),
                (list, #"{"messages":[]}"#, Self.bearer(.ana), .messagesBlank),
                (list, #"{"messages":"x"}"#, Self.bearer(.ana), .messagesInvalid),
                (list, Self.several("{}", "{}", "{}", "{}"), Self.bearer(.ana), .tooManyMessages),
                (list, String(repeating: " ", count: 2_001), Self.bearer(.ana), .bodyTooLarge),
                (single, "{", Self.bearer(.ana), .malformed),
                (single, large, Self.bearer(.ana), .payloadTooLarge),
                (single, "{}", Self.bearer(.ana) + ["Content-Type: text/plain"], .mediaTypeUnknown),
                (
                    single, "", Self.bearer(.ana) + ["Content-Type: application/octet-stream"],
                    .payloadBlank
                ),
                (single, "{}", Self.bearer(.cleo), .notAllowed),
                ("/api/broadcast/trip:1/events/e", "{}", Self.bearer(.ana), .notAllowed),
                ("/api/broadcast/trip:1/events/", "{}", Self.bearer(.ana), .notFound),
                ("/api/elsewhere", "{}", Self.bearer(.ana), .notFound),
            ]
            for (path, body, headers, refusal) in cases {
                let answer = try HTTP.post(path, body, port: node.port, headers: headers)
                #expect(answer.status == refusal.status, "\(path) \(body.prefix(60)) \(headers)")
                #expect(answer.body == refusal.body)
                #expect(answer.head.contains("content-type: application/json"))
                let isOfTheLoop = refusal == .bodyTooLarge
                #expect(answer.head.contains("access-control-allow-origin: *") != isOfTheLoop)
            }
            let wrong = Self.several(Self.one("trip:1"), #"{"topic":"trip:1","payload":7}"#)
            let answer = try HTTP.post(list, wrong, port: node.port, headers: Self.bearer(.ana))
            #expect(answer.status == 422)
            let findings = #"{"event":["can't be blank"],"payload":["is invalid"]}"#
            #expect(answer.body == #"{"errors":{"messages":[{},\#(findings)]}}"#)
            try node.fence("trip:1")
            #expect(try ana.broadcasts().isEmpty)
            #expect(try await eventually { try node.metric("waypost_requests_waiting") == 0 })
            #expect(
                try node.metric("waypost_requests_refused_total{reason=\"unauthorized\"}") == 8
            )
        }
    }

    @Test(
        "Messages reach the members of both serializers on both loops, in order, word for word",
        arguments: ["/api/broadcast", "/realtime/v1/api/broadcast?apikey=x&vsn=1.0.0"]
    )
    func reachesAll(path: String) async throws {
        try await TestNode.with([.listenLoops: "2", .channelsPublic: "allow"]) { node in
            let members = try (0..<12).map { number in
                try Member(node, number % 3 == 0 ? .ana : .ben, number % 2 == 0 ? .v1 : .v2)
            }
            for member in members { try member.joined("trip:1") }
            let outside = try Member(node, .cleo)
            try outside.joined("trip:1", isPrivate: false)
            let id = "0b54c5c2-0d0f-4ffb-8a0c-2b0d7f8f6a11"
            let withID =
                #"{"topic":"trip:1","event":"b","payload":{"é": [1]},"private":true,"id":"\#(id)"}"#
            let body = Self.several(
                Self.one("trip:1", "a"),
                withID,
                Self.one("trip:1", "public", isPrivate: false)
            )
            let header = path.hasPrefix("/api") ? "apikey: " : "authorization: bearer "
            let headers = [header + Person.ana.token]
            for _ in 0..<8 {
                let answer = try HTTP.post(path, body, port: node.port, headers: headers)
                #expect(answer.status == 202, "\(answer.body)")
                #expect(answer.body.isEmpty)
                #expect(answer.head.contains("access-control-allow-origin: *"))
                #expect(answer.head.contains("x-rate-limit: 1000"))
                #expect(answer.head.contains("x-rate-rolling: "))
                #expect(answer.head.contains("x-rate-limit-remaining: "))
            }
            try node.fence("trip:1")
            try node.fence("trip:1", isPrivate: false)
            let first = #"{"type":"broadcast","event":"a","payload":{"x":1.50}}"#
            let second =
                #"{"type":"broadcast","event":"b","payload":{"é": [1]},"meta":{"id":"\#(id)"}}"#
            for member in members {
                let texts = try member.broadcasts().map(\.message.payload.text)
                #expect(texts.count == 16)
                #expect(texts.filter { $0 == first }.count == 8)
                #expect(texts.filter { $0 == second }.count == 8)
                #expect(texts.first == first && texts.last == second)
            }
            #expect(try outside.broadcasts().map(\.name) == Array(repeating: "public", count: 8))
        }
    }

    @Test("One message is its body, its topic and name are the path's; pings and preflights answer")
    func single() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let members = [try Member(node, .ana, .v1), try Member(node, .ben, .v2)]
            for member in members { try member.joined("trip:1") }
            let outside = try Member(node, .cleo)
            try outside.joined("a/b ü", isPrivate: false)
            for (path, body, type) in [
                ("/api/broadcast/trip:1/events/one?private=true", #"{"a": 1}"#, "application/json"),
                (
                    "/realtime/v1/api/broadcast/trip%3A1/events/t%20w%2Fo?x=y&private=true",
                    "[1]", "application/json; charset=utf-8"
                ),
                ("/api/broadcast/a%2Fb%20%C3%BC/events/three", "", "application/json"),
            ] {
                let answer = try HTTP.post(
                    path,
                    body,
                    port: node.port,
                    headers: Self.bearer(.ben) + ["Content-Type: \(type)"]
                )
                #expect(answer.status == 202 && answer.body.isEmpty, "\(answer)")
            }
            for member in members {
                #expect(try member.broadcast(named: "one").payload["a"] == .number("1"))
                let second = try member.broadcast(named: "t w/o")
                #expect(second.payload["_json"] == .array([.number("1")]))
            }
            #expect(try outside.broadcast(named: "three").payload == .object([]))
            let options = try HTTP.exchange(
                "OPTIONS /api/broadcast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Origin: http://b\r\nAccess-Control-Request-Method: POST\r\n\r\n",
                port: node.port
            )
            #expect(options.status == 204 && options.body.isEmpty)
            #expect(options.head.contains("access-control-allow-origin: *"))
            let allowed = "authorization, apikey, content-type, x-client-info"
            #expect(options.head.contains("access-control-allow-headers: \(allowed)"))
            for path in ["/api/ping", "/realtime/v1/api/ping"] {
                let ping = try HTTP.get(path, port: node.port)
                #expect(ping.status == 200 && ping.body == #"{"message":"Success"}"#)
            }
            let health = try HTTP.get("/healthcheck", port: node.port)
            #expect(health.status == 200 && health.body == "ok")
        }
    }

    @Test(
        "A list arrives as text, a single message as a binary frame in serializer 2, byte for byte",
        .timeLimit(.minutes(2))
    )
    func forms() async throws {
        try await TestNode.with([.listenLoops: "2"]) { node in
            let first = try (0..<4).map { _ in try BareMember(node, .ana, .v1) }
            let second = try (0..<4).map { _ in try BareMember(node, .ben, .v2) }
            for member in first + second { try member.joined("trip:1") }
            func post(_ path: String, _ body: String, _ type: String) throws {
                let headers = Self.bearer(.ana) + ["Content-Type: \(type)"]
                let answer = try HTTP.post(path, body, port: node.port, headers: headers)
                try #require(answer.status == 202, "\(answer)")
            }
            let single = "/api/broadcast/trip:1/events/hi?private=true"
            try post("/api/broadcast", Self.several(Self.one("trip:1", "list")), "application/json")
            let list = #"{"type":"broadcast","event":"list","payload":{"x":1.50}}"#
            let json = #"{"type":"broadcast","event":"hi","payload":{"a": 1}}"#
            let topic = "realtime:trip:1"
            let head = #"{"topic":"\#(topic)","event":"broadcast","payload":"#
            let tail = #","ref":null}"#
            func frame(_ encoding: UInt8, _ payload: String) -> BareMember.Message {
                .binary([4, 15, 2, 0, encoding] + Array("\(topic)hi\(payload)".utf8))
            }
            // One after the other: they come in over any loop.
            for member in first {
                #expect(try member.next() == .text(head + list + tail))
            }
            for member in second {
                let text = #"[null,null,"\#(topic)","broadcast",\#(list)]"#
                #expect(try member.next() == .text(text))
            }
            try post(single, #"{"a": 1}"#, "application/json")
            for member in first {
                #expect(try member.next() == .text(head + json + tail))
            }
            for member in second { #expect(try member.next() == frame(1, #"{"a": 1}"#)) }
            try post(single, "\u{0}{\u{7F}", "application/octet-stream")
            for member in second { #expect(try member.next() == frame(0, "\u{0}{\u{7F}")) }
            for member in first + second { try member.expectNothing() }
        }
    }

    @Test("An opaque key sends as its role, as a bearer token or as apikey")
    func opaqueKeys() async throws {
        let publishable = "sb_publishable_0123456789abcdef_01234567"
        let confidential = "sb_secret_0123456789abcdef0123_01234567"
        let keys = "\(publishable)=anon,\(confidential)=service_role"
        try await TestNode.with([.tokenOpaqueKeys: keys]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let path = "/api/broadcast/trip:1/events/service?private=true"
            for (header, status) in [
                ("apikey: \(confidential)", 202), ("Authorization: Bearer \(confidential)", 202),
                ("apikey: \(publishable)", 403), ("apikey: \(confidential)x", 401),
            ] {
                let answer = try HTTP.post(path, "{}", port: node.port, headers: [header])
                #expect(answer.status == status, "\(header)")
            }
            try node.fence("trip:1")
            #expect(try ana.broadcasts().map(\.name) == ["service", "service"])
        }
    }

    @Test("In a list what may not be sent is left out and the rest is sent; alone it is refused")
    func denied() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try ana.joined("trip:2")
            let body = Self.several(
                Self.one("trip:2", "denied"),
                Self.one("trip:1", "allowed"),
                Self.one("trip:1", "public", isPrivate: false)
            )
            let answer = try HTTP.post(
                "/api/broadcast",
                body,
                port: node.port,
                headers: Self.bearer(.ben)
            )
            #expect(answer.status == 202)
            let alone = try HTTP.post(
                "/api/broadcast/trip:2/events/denied?private=true",
                "{}",
                port: node.port,
                headers: Self.bearer(.cleo)
            )
            #expect(alone.status == 403, "cleo looks at trip 2 and may not send")
            #expect(alone.body == #"{"message":"Unauthorized"}"#)
            try node.fence("trip:1", name: "end")
            try node.fence("trip:2")
            #expect(try ana.broadcasts().map(\.name) == ["allowed", "end"])
        }
    }

    @Test("Over the rates a request is refused with the words for it")
    func rates() async throws {
        try await TestNode.with([
            .limitsRequestsPerSecond: "2", .limitsRequestMessagesPerSecond: "1",
        ]) { node in
            func send(_ count: Int) throws -> HTTP.Answer {
                let messages = (0..<count).map { _ in Self.one("trip:1") }
                return try HTTP.post(
                    "/api/broadcast",
                    #"{"messages":[\#(messages.joined(separator: ","))]}"#,
                    port: node.port,
                    headers: Self.bearer(.ana)
                )
            }
            let many = try send(20)
            #expect(many.status == 429 && many.body == RequestRefusal.tooManyMessages.body)
            let ten = try send(10)
            #expect(ten.status == 202)
            var bodies: Set<String> = []
            for _ in 0..<40 {
                let answer = try send(2)
                #expect(answer.status == 429)
                bodies.insert(answer.body)
            }
            #expect(bodies.contains(RequestRefusal.tooManyRequests.body))
            let others: Set<String> = [
                RequestRefusal.tooManyRequests.body, RequestRefusal.rateExceeded.body,
                RequestRefusal.tooManyMessages.body,
            ]
            #expect(bodies.isSubset(of: others))
            try node.expectHealthy()
        }
    }

    @Test("While a request waits for its verdict the loop goes on; late and lost ones harm nobody")
    func waiting() async throws {
        try await TestNode.with([.authorizationDeadlineMilliseconds: "20000"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql(
                """
                CREATE POLICY slow ON realtime.messages AS RESTRICTIVE FOR INSERT TO authenticated
                WITH CHECK (
                    CASE WHEN realtime.topic() = 'trip:2' THEN pg_sleep(0.6)::text = ''
                    ELSE true END
                )
                """
            )
            // Statements end after two seconds.
            // Policies are looked for every two seconds; a request that waits shows that it counts.
            let body = Self.several(Self.one("trip:1", "slowly"), Self.one("trip:2"))
            let request = HTTP.postText("/api/broadcast", body, headers: Self.bearer(.ana))
            let isSlow = try await eventually {
                let lost = try RawStream(host: "127.0.0.1", port: node.port, deadline: Member.soon)
                try lost.send(Array(request.utf8), deadline: Member.soon)
                return lost.receive(deadline: .now + .milliseconds(400)) == nil
            }
            #expect(isSlow)
            let waiting = try RawStream(host: "127.0.0.1", port: node.port, deadline: Member.soon)
            try waiting.send(Array(request.utf8), deadline: Member.soon)
            #expect(try ana.isAlive())
            #expect(try HTTP.get("/api/ping", port: node.port).status == 200)
            let head = waiting.receive(deadline: Member.soon)
            #expect(String(decoding: head ?? [], as: UTF8.self).hasPrefix("HTTP/1.1 202 "))
            #expect(try ana.broadcast(named: "slowly").topic == "realtime:trip:1")
            #expect(try await eventually { try node.metric("waypost_requests_waiting") == 0 })
            try node.expectHealthy()
        }
    }

    @Test("Where the rules cannot be asked nothing is sent, and the answer says so")
    func unavailable() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", isPrivate: false)
            let name = try node.column("SELECT current_database()")[0]
            try node.sql("ALTER ROLE waypost IN DATABASE \"\(name)\" SET statement_timeout = 0")
            try node.sql("ALTER TABLE realtime.messages RENAME TO elsewhere")
            let body = Self.several(Self.one("trip:1", isPrivate: false), Self.one("trip:1"))
            #expect(
                try await eventually {
                    let answer = try HTTP.post(
                        "/api/broadcast",
                        body,
                        port: node.port,
                        headers: Self.bearer(.ana)
                    )
                    return answer.status == 422
                        && answer.body == RequestRefusal.policyError.body
                }
            )
        }
    }
}
