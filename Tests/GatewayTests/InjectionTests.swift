import FoundationEssentials
import Gateway
import Postgres
import PostgresCluster
import TestSupport
import Testing
import Tokens
import WebSocketClient
import Wire

/// Hostile texts from outside: over WebSockets and HTTP, in every place that takes a text.
@Suite(.serialized, .fewAtOnce, .timeLimit(.minutes(4))) struct InjectionTests {
    /// A node whose database writes the SQLSTATE of every error into its log, nobody else's does.
    ///
    /// - Parameters:
    ///   - refused: The class of errors that are an answer to whoever asked; none by default.
    ///   - body: Does what must not raise.
    /// - Throws: What `body` threw.
    private static func with(
        refusing refused: String? = nil,
        _ body: (TestNode) async throws -> Void
    ) async throws {
        let settings: [ConfigurationKey: String] = [
            .limitsJoinsPerSecond: "10000", .limitsMessagesPerSecond: "10000",
            .limitsRequestsPerSecond: "10000", .limitsUserJoins: "0", .limitsUserMessages: "0",
            .limitsChannelsPerConnection: "10000", .channelsPublic: "allow",
        ]
        try await TestNode.with(settings) { node in
            try node.sql(
                """
                ALTER DATABASE "\(node.database.name)" SET log_error_verbosity = verbose;
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'waypost'
                """
            )
            let isBack = try await eventually {
                try Member(node, .ana).refusal("trip:1") == nil
            }
            try #require(isBack, "the node is not back")
            let start = try Self.log(of: node).count
            try await body(node)
            try node.expectHealthy()
            let lines = try Self.log(of: node).dropFirst(start).split(separator: "\n")
            let errors = lines.filter {
                $0.firstMatch(of: #/(ERROR|FATAL|PANIC):  [0-9A-Z]{5}: /#) != nil
            }
            .filter { line in refused.map { !line.contains(":  \($0)") } ?? true }
            #expect(errors.isEmpty, "\(errors.prefix(5).joined(separator: "\n"))")
        }
    }

    private static func log(of node: TestNode) throws -> String {
        let data = try Data(contentsOf: URL(filePath: node.database.cluster.log))
        return String(decoding: data, as: UTF8.self)
    }

    private static func string(_ text: String) -> String { JSONText(string: text).text }

    @Test("Topics: nobody gets through a door that is not his, and no error comes up")
    func topics() async throws {
        try await Self.with { node in
            let cleo = try Member(node, .cleo)
            for text in HostileTexts.all {
                let topics = [
                    text, "trip:\(text)", "trip:1\(text)", "trip:\(text)1", "\(text)trip:1",
                    "session:\(text)", "user:\(text)",
                ]
                for topic in topics where !["trip:3", "trip:2"].contains(topic) {
                    let reason = try cleo.refusal(topic)
                    #expect(reason != nil, "\(topic) let somebody in")
                    // A reason says nothing of rules, values or the database.
                    #expect(
                        reason
                            == "Unauthorized: You do not have permissions to read from this Channel topic: \(topic)"
                            || reason?.contains("policy") == false,
                        "\(reason ?? "")"
                    )
                }
            }
            for text in HostileTexts.breaking.prefix(12) {
                #expect(try cleo.refusal(HostileTexts.long(text)) != nil)
            }
            try cleo.joined("trip:2")
        }
    }

    @Test("Claims: a signed token with hostile claims is whom it names, and nobody else")
    func claims() async throws {
        try await Self.with { node in
            for text in HostileTexts.all {
                let now = Person.unixSeconds
                for sub in [text, Person.ana.rawValue + text] where !sub.isEmpty {
                    let minter = try TokenMinter(secret: Person.secret)
                    let token = try? minter.mint(
                        role: "authenticated",
                        sub: sub,
                        expiresAt: now + 600,
                        issuedAt: now
                    )
                    guard let token else { continue }
                    let member = try Member(url: node.url, token: token)
                    #expect(try member.refusal("trip:1") != nil, "\(sub)")
                    #expect(try member.refusal("user:\(Person.ana.rawValue)") != nil, "\(sub)")
                    member.drop()
                }
            }
        }
    }

    @Test("Replay and broadcasts over WebSockets carry any text, and change nothing")
    func messages() async throws {
        try await Self.with { node in
            let before = try node.column("SELECT count(*) FROM public.trips")
            let ana = try Member(node, .ana)
            let cleo = try Member(node, .cleo)
            let own = "user:\(Person.ana.rawValue)"
            // Replays wait for the reader, which the database has thrown out as well.
            let isCaughtUp = try await eventually { try ana.join(own, replaySince: 0).isOK }
            try #require(isCaughtUp)
            for text in HostileTexts.all {
                let joined = try ana.join(own, replaySince: 0)
                #expect(joined.isOK, "\(joined.reason ?? "")")
                let reply = try cleo.join("trip:1\(text)", replaySince: 0)
                #expect(!reply.isOK)
                let payload =
                    #"{"type":"broadcast","event":\#(Self.string(text)),"payload":{\#(Self.string(text)):\#(Self.string(text))}}"#
                try ana.sendText(#"["1","2","realtime:\#(own)","broadcast",\#(payload)]"#)
            }
            #expect(try ana.isAlive())
            #expect(try node.column("SELECT count(*) FROM public.trips") == before)
        }
    }

    @Test("Filters, tables, schemas and columns of postgres_changes are names and values only")
    func changes() async throws {
        // A value that is none of its column's type is refused in PostgreSQL's own words.
        try await Self.with(refusing: "22") { node in
            try node.sql(
                #"""
                CREATE TABLE public."it's a ""table""; --" (id bigint PRIMARY KEY,
                    "c' ""o"" \ $$ l; --" text, "näme" text);
                GRANT SELECT ON public."it's a ""table""; --" TO authenticated, anon;
                ALTER PUBLICATION supabase_realtime ADD TABLE public."it's a ""table""; --";
                GRANT TRIGGER ON public."it's a ""table""; --" TO waypost
                """#
            )
            let ana = try Member(node, .ana)
            let table = Self.string("it's a \"table\"; --")
            let column = "c' \"o\" \\ $$ l; --"
            for (number, text) in HostileTexts.all.enumerated() {
                let bindings = [
                    #"{"event":"*","schema":"public","table":\#(table),"filter":\#(Self.string("\(column)=eq.\(text)"))}"#,
                    #"{"event":"*","schema":"public","table":\#(table),"filter":\#(Self.string("\(text)=eq.1"))}"#,
                    #"{"event":"*","schema":"public","table":\#(table),"filter":\#(Self.string("näme=like.\(text)"))}"#,
                    #"{"event":"*","schema":"public","table":\#(table),"filter":\#(Self.string("id=in.(\(text))"))}"#,
                    #"{"event":"*","schema":\#(Self.string(text)),"table":\#(table)}"#,
                    #"{"event":"*","schema":"public","table":\#(Self.string(text))}"#,
                    #"{"event":\#(Self.string(text)),"schema":"public","table":\#(table)}"#,
                ]
                for (place, binding) in bindings.enumerated() {
                    let topic = "realtime:changes-\(number)-\(place)"
                    try ana.sendText(
                        #"["9","9","\#(topic)","phx_join",{"config":{"postgres_changes":[\#(binding)]}}]"#
                    )
                }
            }
            #expect(try ana.isAlive())
            // One that is followed: the row whose hostile column has a hostile value.
            let value = "it's \"\\ $waypost$ ;--\u{202E}"
            let binding =
                #"{"event":"INSERT","schema":"public","table":\#(table),"filter":\#(Self.string("\(column)=eq.\(value)"))}"#
            let ben = try Member(node, .ben)
            try ben.sendText(
                #"["9","9","realtime:followed","phx_join",{"config":{"postgres_changes":[\#(binding)]}}]"#
            )
            let system = try ben.system()
            #expect(system["status"]?.stringValue == "ok", "\(system)")
            let literal = value.replacing("'", with: "''")
            try node.sql(
                #"""
                INSERT INTO public."it's a ""table""; --" VALUES (1, 'another'), (2, '\#(literal)')
                """#
            )
            while true {
                let message = try ben.next()
                guard message.name == "postgres_changes" else { continue }
                let payload = try JSON(parsing: message.payload.bytes)
                #expect(payload["data"]?["record"]?["id"] == .number("2"))
                #expect(payload["data"]?["record"]?[column]?.stringValue == value)
                break
            }
        }
    }

    @Test("Broadcasts over HTTP to hostile topics are refused one by one")
    func requests() async throws {
        try await Self.with { node in
            let headers = ["Authorization: Bearer \(Person.cleo.token)"]
            for text in HostileTexts.all {
                let messages = ["trip:1\(text)", "trip:\(text)", text].map { topic in
                    #"{"topic":\#(Self.string(topic)),"event":\#(Self.string(text)),"payload":{\#(Self.string(text)):1},"private":true}"#
                }
                let body = #"{"messages":[\#(messages.joined(separator: ","))]}"#
                let answer = try HTTP.post(
                    "/api/broadcast",
                    body,
                    port: node.port,
                    headers: headers
                )
                #expect((200..<500).contains(answer.status), "\(text): \(answer.status)")
            }
            let refused = try node.metric(
                #"waypost_broadcasts_refused_total{reason="not_allowed"}"#
            )
            #expect(refused >= Double(HostileTexts.all.count))
        }
    }
}
