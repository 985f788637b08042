import Gateway
import Testing
import TestSupport
import WebSocketClient
import Wire

/// Who may join, and the exact words for everybody else.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopJoinsTests {
    private static func unauthorized(_ topic: String) -> String {
        "Unauthorized: You do not have permissions to read from this Channel topic: \(topic)"
    }

    @Test(
        "Refusals of private joins have the words that libraries know",
        arguments: Serializer.allCases
    )
    func refusals(serializer: Serializer) async throws {
        try await TestNode.with { node in
            let cleo = try Member(node, .cleo, serializer)
            for topic in ["trip:1", "trip:999", "trip:x", "user:\(Person.ana.rawValue)", "nothing"]
            {
                #expect(try cleo.refusal(topic) == Self.unauthorized(topic))
            }
            #expect(
                try cleo.refusal("realtime:") == "TopicNameRequired: You must provide a topic name"
            )
            try cleo.joined("trip:2")
            try cleo.joined("trip:3")
            #expect(try cleo.isAlive())
        }
    }

    @Test("Tokens that come with the join are refused with their own words")
    func tokens() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            let expired = try #require(
                try ana.refusal("trip:1", token: Person.ana.token(lastingSeconds: -100))
            )
            #expect(
                (100...103).map { "InvalidJWTToken: Token has expired \($0) seconds ago" }
                    .contains(expired)
            )
            let foreign = Person.ana.token(secret: "the secret of somebody else, also 32 bytes")
            #expect(
                try ana.refusal("trip:1", token: foreign)
                    == "JwtSignatureError: Failed to validate JWT signature"
            )
            #expect(
                try ana.refusal("trip:1", token: "not a token")
                    == "MalformedJWT: The token provided is not a valid JWT"
            )
            let others = Person.cleo.token
            #expect(try ana.refusal("trip:1", token: others) == Self.unauthorized("trip:1"))
            #expect(try ana.refusal("trip:3", token: others) == nil)
            try ana.joined("trip:1")
        }
    }

    @Test("Roles that are not allowed, or that the database does not know, may read nothing")
    func roles() async throws {
        let file = "token:\n  allowed_roles: [authenticated, ghost]\n"
        try await TestNode.with(file: file) { node in
            let ana = try Member(node, .ana)
            for role in ["service_role", "postgres", "ghost", "anon"] {
                let token = Person.ana.token(role: role)
                #expect(
                    try ana.refusal("trip:1", token: token) == Self.unauthorized("trip:1"),
                    "\(role)"
                )
            }
            try ana.joined("trip:1")
        }
    }

    @Test("anon reads nothing, service_role everything")
    func allowedRoles() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            let anon = Person.ana.token(role: "anon")
            #expect(try ana.refusal("trip:1", token: anon) == Self.unauthorized("trip:1"))
            let service = Person.ben.token(role: "service_role")
            #expect(try ana.refusal("trip:3", token: service) == nil)
        }
    }

    @Test("A topic without realtime: is unmatched, and so is anything for a topic not joined")
    func unmatched() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.sendText(#"["1","2","trip:1","phx_join",{"config":{"private":true}}]"#)
            try ana.sendText(#"["3","4","realtime:trip:1","broadcast",{"event":"x"}]"#)
            for ref in ["2", "4"] {
                let reply = try ana.next()
                #expect(reply.name == "phx_reply")
                #expect(reply.ref == JSONText(string: ref) && reply.joinRef == .null)
                let payload = try JSON(parsing: reply.payload.bytes)
                #expect(payload["status"] == .string("error"))
                #expect(payload["response"]?["reason"] == .string("unmatched topic"))
            }
            try ana.joined("trip:1")
        }
    }

    @Test("Public topics are refused, or carry nothing, or everything, as configured")
    func publicTopics() async throws {
        let privateOnly = "PrivateOnly: This project only allows private channels"
        for setting in ["deny", "changes"] {
            try await TestNode.with([.channelsPublic: setting]) { node in
                let ana = try Member(node, .ana)
                #expect(try ana.refusal("lobby", isPrivate: false) == privateOnly)
                try ana.sendText(
                    #"["1","1","realtime:lobby","phx_join",{"config":{"private":false,"#
                        + #""postgres_changes":[{"event":"*","schema":"public"}]}}]"#
                )
                let reply = try JSON(parsing: try ana.next().payload.bytes)
                if setting == "deny" {
                    #expect(reply["response"]?["reason"] == .string(privateOnly))
                } else {
                    #expect(reply["status"] == .string("ok"))
                }
                try ana.joined("trip:1")
            }
        }
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let members = [try Member(node, .ana), try Member(node, .cleo, .v1)]
            for member in members { try member.joined("lobby", isPrivate: false) }
            try members[0].channels.broadcast("lobby", name: "hi", payload: .emptyObject)
            #expect(try members[1].broadcast(named: "hi").topic == "realtime:lobby")
        }
    }

    @Test("The reply echoes each binding, word for word, with an id")
    func bindings() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:2")
            let reply = try ana.join("trip:1")
            #expect(reply.response.text == #"{"postgres_changes":[]}"#)
            let bound = try Member(node, .ana)
            try bound.sendText(
                #"["7","8","realtime:trip:1","phx_join",{"config":{"private":true,"#
                    + #""postgres_changes":[{"event":"INSERT","schema":"public","table":"t"}]}}]"#
            )
            let message = try bound.next()
            #expect(
                message.joinRef == JSONText(string: "7") && message.ref == JSONText(string: "8")
            )
            let payload = try JSON(parsing: message.payload.bytes)
            let entry = payload["response"]?["postgres_changes"]?.arrayValue?.first
            #expect(entry?["table"] == .string("t") && entry?["event"] == .string("INSERT"))
            #expect((entry?["id"]?.integerValue ?? 0) > 0)
        }
    }

    /// Makes every question about a trip take its time.
    private func slowDown(_ node: TestNode) throws {
        try node.sql(
            """
            CREATE OR REPLACE FUNCTION public.user_has_trip_access(user_id uuid, trip_id bigint)
            RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
            BEGIN
                PERFORM pg_sleep(0.1);
                RETURN true;
            END $$
            """
        )
    }

    @Test("Leaving while the rules are still asked leaves; the late answer opens nothing")
    func leftInFlight() async throws {
        try await TestNode.with { node in
            try slowDown(node)
            let ana = try Member(node, .ana)
            try ana.joined("user:\(Person.ana.rawValue)")
            try ana.sendText(
                #"["10","10","realtime:trip:1","phx_join",{"config":{"private":true}}]"#
            )
            try ana.sendText(#"["10","11","realtime:trip:1","phx_leave",{}]"#)
            let left = try ana.next()
            #expect(left.name == "phx_reply" && left.ref == JSONText(string: "11"))
            #expect(try ana.next().name == "phx_close")
            // The next question is answered after the one that was overtaken.
            try ana.joined("trip:2")
            try node.fence("trip:1", name: "unheard")
            try node.fence("trip:2")
            #expect(try ana.broadcasts().isEmpty)
        }
    }

    @Test("What is sent while a join waits is carried out once it is admitted")
    func sentInFlight() async throws {
        try await TestNode.with { node in
            try slowDown(node)
            let ben = try Member(node, .ben)
            try ben.joined("trip:1")
            let ana = try Member(node, .ana)
            try ana.sendText(
                #"["1","1","realtime:trip:1","phx_join",{"config":{"private":true}}]"#
            )
            for number in 1...3 {
                try ana.sendText(
                    #"["1",null,"realtime:trip:1","broadcast","#
                        + #"{"type":"broadcast","event":"early","payload":{"n":\#(number)}}]"#
                )
            }
            for number in 1...3 {
                #expect(try ben.broadcast(named: "early").payload["n"] == .number("\(number)"))
            }
        }
    }

    @Test("A second join of a topic replaces the first, and sends no stale phx_close")
    func rejoined() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try ana.joined("trip:1")
            try node.fence("trip:1", name: "once")
            try node.fence("trip:1")
            var names: [String] = []
            while names.last != "fence" {
                let message = try ana.next()
                names.append(
                    message.name == "broadcast" ? try Broadcast(message).name : message.name
                )
            }
            #expect(names == ["once", "fence"])
        }
    }

    @Test("A changed policy counts for joins within seconds")
    func changedPolicy() async throws {
        try await TestNode.with([.authorizationPolicyCheckMilliseconds: "100"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql("DROP POLICY waypost_trip_read ON realtime.messages")
            #expect(
                try await eventually { try ana.refusal("trip:2") == Self.unauthorized("trip:2") }
            )
        }
    }

    @Test("A rule that fails denies, and the connection stays")
    func failingRule() async throws {
        try await TestNode.with { node in
            try node.sql(
                """
                CREATE OR REPLACE FUNCTION public.user_has_trip_access(user_id uuid, trip_id bigint)
                RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = '' AS $$
                BEGIN RAISE EXCEPTION 'broken'; END $$
                """
            )
            let ana = try Member(node, .ana)
            #expect(try ana.refusal("trip:1") == Self.unauthorized("trip:1"))
            try ana.joined("user:\(Person.ana.rawValue)")
        }
    }
}
