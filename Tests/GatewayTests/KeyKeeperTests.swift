import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// Keys that come from files and URLs, and change while a node runs.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct KeyKeeperTests {
    /// Why a handshake with a token is refused; nil when it is not.
    private func refusal(_ node: TestNode, _ token: String) throws -> String? {
        do {
            let member = try Member(url: node.url, token: token)
            member.drop()
            return nil
        } catch WebSocketFailure.handshake(.refused(let answer)) {
            return try JSON(parsing: answer.body)["error"]?.stringValue
        }
    }

    private static func unknown(_ kid: String) -> String {
        #"Failed to generate JWT signer for key ID (kid) "\#(kid)", "#
            + "check your JWT secret or JWKS configuration"
    }

    @Test("Keys of a URL: refused and fetched behind, rotated, kept when the URL fails")
    func fetched() async throws {
        let (old, new) = (try Issuer.key("old"), try Issuer.key("new"))
        let issuer = try Issuer()
        try issuer.publish(old)
        let settings: [ConfigurationKey: String] = [
            .tokenSecret: "", .tokenJWKSURL: try issuer.serve(), .tokenJWKSRefetchSeconds: "1",
        ]
        try await TestNode.with(settings) { node in
            #expect(try refusal(node, Person.ana.token) == Self.missing, "there is no secret")
            #expect(try refusal(node, try old.token()) == nil)
            let member = try Member(url: node.url, token: try old.token())
            try member.joined("trip:1")

            #expect(try refusal(node, try new.token()) == Self.unknown("new"))
            #expect(try refusal(node, try new.token(kid: "old")) == Self.invalid)
            try issuer.publish(new)
            #expect(try await eventually { try self.refusal(node, try new.token()) == nil })
            #expect(try refusal(node, try old.token()) == Self.unknown("old"))
            #expect(try member.isAlive(), "who is in stays in")
            try member.channels.accessToken("trip:1", token: try new.token())
            try node.fence("trip:1")
            #expect(try member.broadcast(named: "fence").topic == "realtime:trip:1")

            let failed = #"waypost_key_refreshes_total{outcome="failed",source="jwks_url"}"#
            for text in ["<html>", #"{"keys":7}"#, String(repeating: " ", count: 300_000)] {
                try issuer.publish(text)
                let before = try node.metric(failed)
                let isMet = try await eventually {
                    _ = try self.refusal(node, try old.token())
                    return try node.metric(failed) > before
                }
                #expect(isMet)
                #expect(try refusal(node, try new.token()) == nil)
            }
            #expect(try node.metric(#"waypost_keys{source="jwks_url"}"#) == 1)
            #expect(
                try node.metric(#"waypost_tokens_refused_total{reason="signer_unknown"}"#) >= 3
            )
        }
    }

    @Test("Any number of unknown keys makes one fetch in the time that is set")
    func rateLimited() async throws {
        let key = try Issuer.key("k")
        let issuer = try Issuer()
        try issuer.publish(key)
        let settings: [ConfigurationKey: String] = [
            .tokenJWKSURL: try issuer.serve(), .tokenJWKSRefetchSeconds: "3600",
        ]
        try await TestNode.with(settings) { node in
            let before = issuer.requestCount
            #expect(before == 1)
            for number in 0..<50 {
                let kid = "unknown-\(number)"
                let reason = try refusal(node, try key.token(kid: kid))
                #expect(reason == Self.unknown(kid))
            }
            let bySecret = try refusal(node, Person.ana.token)
            let byKey = try refusal(node, try key.token())
            #expect(bySecret == nil && byKey == nil)
            #expect(issuer.requestCount == before)
        }
    }

    @Test("A set in a file, and keys in PEM, are read again when they change")
    func files() async throws {
        let (old, new) = (try Issuer.key("old"), try Issuer.key("new"))
        let (issuer, other) = (try Issuer(), try Issuer())
        try issuer.publish(old)
        try other.publish(old.publicPEM)
        let settings: [ConfigurationKey: String] = [
            .tokenJWKSFile: issuer.path, .tokenPublicKeyFile: other.path,
        ]
        try await TestNode.with(settings) { node in
            #expect(try refusal(node, try old.token()) == nil)
            #expect(try refusal(node, try old.token(kid: "unheard")) == nil, "by PEM")
            #expect(try refusal(node, try new.token()) == Self.unknown("new"))
            try issuer.publish("nothing")
            try other.publish(new.publicPEM)
            #expect(
                try await eventually {
                    try self.refusal(node, try new.token(kid: "unheard")) == nil
                }
            )
            #expect(try refusal(node, try old.token()) == nil, "the set is what it was")
            try issuer.publish(new)
            #expect(
                try await eventually {
                    try self.refusal(node, try old.token()) == Self.unknown("old")
                }
            )
            #expect(try refusal(node, try new.token()) == nil)
        }
    }

    @Test("A node whose keys cannot be fetched is not ready, says so, and ends at once")
    func neverFetched() async throws {
        let database = try await TestDatabase.make(from: .demonstration)
        defer { try? database.drop() }
        let configuration = try await TestNode.configuration(
            database.waypostDSN,
            [.tokenJWKSURL: "http://127.0.0.1:\(FreePort.next())/keys", .listenLoops: "2"]
        )
        let running = try RunningNode(configuration)
        let port = UInt16(running.addresses.adminPort)
        let failed = #"waypost_key_refreshes_total{outcome="failed",source="jwks_url"} "#
        #expect(
            try await eventually { try HTTP.get("/metrics", port: port).body.contains(failed) }
        )
        #expect(!running.isReady)
        let answer = try HTTP.get("/readyz", port: UInt16(running.addresses.port))
        #expect(answer.status == 503)
        await running.end(within: .seconds(5))
    }

    @Test("Opaque keys open the connection as their role; as tokens of a channel they are nothing")
    func opaqueKeys() async throws {
        let publishable = "sb_publishable_0123456789abcdef_01234567"
        let confidential = "sb_secret_0123456789abcdef0123_01234567"
        let settings: [ConfigurationKey: String] = [
            .tokenOpaqueKeys: "\(publishable)=anon,\(confidential)=service_role"
        ]
        try await TestNode.with(settings) { node in
            #expect(try refusal(node, publishable + "x") == Self.malformed)
            let anonymous = try Member(url: node.url, token: publishable)
            #expect(
                try anonymous.refusal("trip:1")
                    == "Unauthorized: You do not have permissions to read from this Channel topic: "
                    + "trip:1"
            )
            #expect(
                try anonymous.join("trip:1", token: confidential).isOK == false,
                "a channel brings tokens, no keys: this one goes by the connection's"
            )
            try anonymous.sendText(
                #"["1","7","realtime:trip:2","phx_join",{"config":{"private":true},"#
                    + #""access_token":"\#(Person.ana.token)","user_token":"\#(confidential)"}]"#
            )
            let reply = try JSON(parsing: try anonymous.next().payload.bytes)
            #expect(reply["response"]?["reason"] == .string("MalformedJWT: " + Self.malformed))
            #expect(try anonymous.join("trip:1", token: Person.ana.token).isOK)
            var options = WebSocketOptions()
            options.headers = [("x-api-key", confidential)]
            let service = try Member(url: node.url, token: "abc", .v2, options)
            try service.joined("trip:1")
            try service.channels.accessToken("trip:1", token: publishable)
            try node.fence("trip:1")
            #expect(try service.broadcast(named: "fence").topic == "realtime:trip:1")

            #expect(try Self.post(node, key: publishable + "x") == 401)
            #expect(try Self.post(node, key: confidential) == 202)
            #expect(try service.broadcast(named: "posted").topic == "realtime:trip:1")
        }
    }

    /// Broadcasts to a trip over HTTP; answers the status.
    private static func post(_ node: TestNode, key: String) throws -> Int {
        let body =
            #"{"messages":[{"topic":"trip:1","event":"posted","payload":{},"private":true}]}"#
        let head = [
            "POST /api/broadcast HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
            "apikey: \(key)", "Content-Type: application/json",
            "Content-Length: \(body.utf8.count)", "", "",
        ]
        return try HTTP.exchange(head.joined(separator: "\r\n") + body, port: node.port).status
    }

    private static let missing =
        "Failed to generate JWT signer, check your JWT secret or JWKS configuration"
    private static let invalid = "Failed to validate JWT signature"
    private static let malformed = "The token provided is not a valid JWT"
}
