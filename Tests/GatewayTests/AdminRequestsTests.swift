import Gateway
import TestSupport
import Testing
import Wire

/// What operators ask about channels on the listener of metrics.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct AdminRequestsTests {
    private static let token = "an operator's token"
    private static let settings: [ConfigurationKey: String] = [
        .adminToken: token, .listenLoops: "2",
    ]

    private func ask(
        _ node: TestNode,
        _ path: String,
        headers: [String] = ["Authorization: Bearer \(token)"]
    ) throws -> (status: Int, json: JSON) {
        let answer = try HTTP.get(path, port: node.adminPort, headers: headers)
        return (answer.status, try JSON(parsing: Array(answer.body.utf8)))
    }

    /// The connections in an answer.
    private func connections(_ json: JSON) -> [String] {
        (json["channels"]?.arrayValue ?? []).compactMap { $0["connection"]?.stringValue }
    }

    @Test("Without admin.token nothing is told, on loopback neither")
    func switchedOff() async throws {
        try await TestNode.with { node in
            for path in ["/admin/channels?topic=trip:1", "/admin/explain?topic=trip:1"] {
                let answer = try ask(node, path)
                #expect(answer.status == 403)
                #expect(answer.json["error"]?.stringValue == "set admin.token to switch this on")
            }
        }
    }

    @Test("Without the token, with another, or with half of it, nothing is told")
    func unauthorized() async throws {
        try await TestNode.with(Self.settings) { node in
            for headers in [
                [], ["Authorization: Bearer an operator's toke"], ["Authorization: Bearer "],
                ["Authorization: Bearer an operator's token2"], ["Authorization: \(Self.token)"],
                ["apikey: \(Self.token)"], ["Authorization: Bearer \(Person.ana.token)"],
            ] {
                for path in ["/admin/channels?topic=trip:1", "/admin/explain", "/admin/channels"] {
                    let answer = try ask(node, path, headers: headers)
                    #expect(answer.status == 403, "\(headers)")
                    #expect(answer.json["error"]?.stringValue == "a bearer token is needed")
                }
            }
            let elsewhere = try HTTP.get(
                "/admin/channels?topic=trip:1",
                port: node.port,
                headers: ["Authorization: Bearer \(Self.token)"]
            )
            #expect(elsewhere.status == 404)
        }
    }

    @Test("What is not understood is said")
    func malformed() async throws {
        try await TestNode.with(Self.settings) { node in
            for (path, status) in [
                ("/admin/channels", 400), ("/admin/channels?topic=", 400),
                ("/admin/channels?topic=trip:1&count=0", 400),
                ("/admin/channels?topic=trip:1&count=1001", 400),
                ("/admin/channels?topic=trip:1&count=x", 400),
                ("/admin/channels?topic=trip:1&after=x", 400),
                ("/admin/explain?topic=trip:1", 400),
                ("/admin/explain?topic=trip:1&connection=1", 400),
                ("/admin/explain?topic=trip:1&connection=-1-1", 400),
                ("/admin/explain?topic=trip:1&connection=0-99999999999999999999", 400),
                ("/admin/explain?topic=trip:1&connection=0-999", 404),
                ("/admin/explain?topic=trip:1&connection=63-1", 404),
                ("/admin", 404), ("/admin/other", 404),
            ] {
                #expect(try ask(node, path).status == status, "\(path)")
            }
            let empty = try ask(node, "/admin/channels?topic=trip:99")
            #expect(empty.status == 200 && empty.json["count"] == .number("0"))
            #expect(empty.json["next"] == .null)
        }
    }

    @Test("Channels of all loops are shown page by page, each once")
    func pages() async throws {
        try await TestNode.with(Self.settings) { node in
            let members = try (0..<7).map { _ in
                let member = try Member(node, .ben)
                try member.joined("trip:1")
                return member
            }
            var found: [String] = []
            var path = "/admin/channels?topic=trip:1&count=3"
            while true {
                let page = try ask(node, path).json
                #expect(page["count"] == .number("7"))
                #expect(connections(page).count <= 3)
                found += connections(page)
                guard let next = page["next"]?.stringValue else { break }
                path = "/admin/channels?topic=trip:1&count=3&after=\(next)"
            }
            #expect(found.count == 7 && Set(found).count == 7)
            let first = try ask(node, "/admin/channels?topic=trip:1").json["channels"]?.arrayValue
            #expect(first?.first?["private"] == .bool(true))
            #expect(first?.first?["role"]?.stringValue == "authenticated")
            #expect(first?.first?["verdict"]?["broadcast_write"] == .bool(true))
            members.forEach { $0.drop() }
        }
    }

    @Test("A channel is explained: what it holds, and what the database says now, with reasons")
    func explained() async throws {
        try await TestNode.with(Self.settings) { node in
            let ben = try Member(node, .ben)
            try ben.joined("trip:1")
            let list = try ask(node, "/admin/channels?topic=trip:1").json
            let connection = try #require(connections(list).first)
            let path = "/admin/explain?topic=trip:1&connection=\(connection)"
            let before = try ask(node, path)
            #expect(before.status == 200)
            #expect(before.json["held"]?["verdict"]?["broadcast_read"] == .bool(true))
            #expect(before.json["cached"]?["verdict"]?["broadcast_read"] == .bool(true))
            #expect(before.json["fresh"]?["allowed"] == .bool(true))
            // Of the four rights one is taken, which ends nothing.
            try node.sql("REVOKE INSERT ON realtime.messages FROM authenticated")
            try node.sql(
                """
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT attname FROM pg_attribute
                        WHERE attrelid = 'realtime.messages'::regclass AND attnum > 0
                    LOOP EXECUTE format(
                        'REVOKE INSERT (%I) ON realtime.messages FROM authenticated', name);
                    END LOOP;
                END $$
                """
            )
            let fresh = try ask(node, path).json["fresh"]
            #expect(fresh?["verdict"]?["broadcast_read"] == .bool(true))
            #expect(fresh?["verdict"]?["broadcast_write"] == .bool(false))
            let right = fresh?["rights"]?.arrayValue?.first { $0["allowed"] == .bool(false) }
            #expect(right?["ground"]?.stringValue == "privileges_missing")
            #expect(fresh?["snapshot"]?.stringValue != nil)
            ben.drop()
        }
    }

    @Test("A public channel has no rules, and is shown as what it is")
    func publicChannel() async throws {
        try await TestNode.with(Self.settings.merging([.channelsPublic: "allow"]) { $1 }) { node in
            let ana = try Member(node, .ana)
            try ana.joined("lobby", isPrivate: false)
            let list = try ask(node, "/admin/channels?topic=lobby").json
            let connection = try #require(connections(list).first)
            let answer = try ask(node, "/admin/explain?topic=lobby&connection=\(connection)").json
            #expect(answer["fresh"] == .null)
            #expect(answer["held"]?["private"] == .bool(false))
            ana.drop()
        }
    }

    @Test("Who is refused is told nothing of rules or values")
    func refusalSaysLittle() async throws {
        try await TestNode.with { node in
            try node.sql(
                """
                CREATE FUNCTION public.secret_rule() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
                BEGIN RAISE EXCEPTION 'the secret is 42'; END $$;
                CREATE POLICY secret_policy ON realtime.messages TO authenticated
                USING (topic = 'raising' AND public.secret_rule())
                """
            )
            let cleo = try Member(node, .cleo)
            for topic in ["trip:1", "raising"] {
                let isRefused = try await eventually {
                    try cleo.refusal(topic)
                        == "Unauthorized: You do not have permissions to read from this Channel topic: "
                        + topic
                }
                #expect(isRefused, "\(topic)")
            }
        }
    }
}
