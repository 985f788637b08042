import Postgres
import TestSupport
import Testing
import TopicFiles
import TopicSchema
import WebSocketClient
import Wire

@testable import Gateway

/// What topic files mean to a node that runs.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RunningNodeTopicsTests {
    /// Runs a gateway that serves a folder's files from a database with boards.
    private func with(
        _ folder: TopicFolder,
        loops: Int = 1,
        _ body: (TestNode) async throws -> Void
    ) async throws {
        let settings: [ConfigurationKey: String] = [
            .topicsFolder: folder.path, .topicsLookSeconds: "1", .listenLoops: "\(loops)",
        ]
        try await TestNode.with(
            settings,
            prepare: { database in
                try database.connect().execute(TopicFolder.tables)
                try folder.apply(to: database)
            },
            body
        )
    }

    /// Sends a broadcast that asks for an answer, and says why it is refused.
    private func refusal(
        _ member: Member,
        _ name: String,
        _ payload: String = "{}"
    ) throws -> String? {
        let reply = try member.channels.broadcast(
            "board:1",
            name: name,
            payload: JSONText(trusted: Array(payload.utf8)),
            deadline: Member.soon
        )
        return try #require(reply).reason
    }

    @Test("Files that change are served at once by channels that are joined; wrong ones are not")
    func reload() async throws {
        let folder = try TopicFolder(["board.yaml": TopicFolder.board()])
        try await with(folder) { node in
            let ana = try Member(node, .ana)
            try ana.joined("board:1", wantsAck: true)
            #expect(try refusal(ana, "cursor") == nil)
            #expect(try refusal(ana, "shout") == BroadcastRefusal.nameNotListed.reason)

            try folder.write("board.yaml", TopicFolder.board(broadcast: "{ events: [shout] }"))
            try #require(
                await eventually { try self.refusal(ana, "shout") == nil },
                "the files were not read again"
            )
            #expect(try refusal(ana, "cursor") == BroadcastRefusal.nameNotListed.reason)

            try folder.write("board.yaml", TopicFolder.board(broadcast: "{ event: [cursor] }"))
            let ready = { try HTTP.get("/readyz", port: node.port) }
            try #require(await eventually { try ready().body.contains("kept") })
            #expect(try ready().status == 200)
            #expect(try ready().body == #"{"status":"ready","topics":"kept"}"#)
            #expect(try refusal(ana, "shout") == nil, "what was served is served on")
            let malformed = #"waypost_topics_reloads_total{outcome="malformed"}"#
            #expect(try await eventually { try node.metric(malformed) >= 1 })
            #expect(try node.metric("waypost_topics_kept") == 1)

            try folder.write("board.yaml", TopicFolder.board(broadcast: "none"))
            node.running.reloadTopics()
            try #require(await eventually { try self.refusal(ana, "shout") != nil })
            #expect(try ready().body == #"{"status":"ready"}"#)
            #expect(try node.metric("waypost_topics_kept") == 0)
            #expect(try node.metric("waypost_topic_families") == 1)
        }
    }

    @Test("What one request sends obeys the file's names and sizes, and is no stream")
    func requests() async throws {
        let folder = try TopicFolder(["board.yaml": TopicFolder.board()])
        try await with(folder) { node in
            let ben = try Member(node, .ben)
            try ben.joined("board:1")
            func post(_ name: String, _ body: String, as person: Person = .ana) throws -> String {
                let answer = try HTTP.post(
                    "/api/broadcast/board:1/events/\(name)?private=true",
                    body,
                    port: node.port,
                    headers: ["Authorization: Bearer \(person.token)"]
                )
                return "\(answer.status) \(answer.body)"
            }
            #expect(try post("shout", "{}", as: .cleo) == #"403 {"message":"Unauthorized"}"#)
            #expect(try post("shout", "{}") == #"422 {"errors":{"event":["is invalid"]}}"#)
            let long = #"{"text":"\#(String(repeating: "a", count: 200))"}"#
            #expect(
                try post("cursor", long)
                    == #"422 {"errors":{"payload":["Payload size exceeds tenant limit"]}}"#
            )
            #expect(try post("cursor", #"{"x":1}"#).hasPrefix("202"))
            #expect(try ben.broadcast(named: "cursor").payload["x"] == .number("1"))

            let list = ["shout", "cursor"].map { name in
                #"{"topic":"board:1","event":"\#(name)","payload":{},"private":true}"#
            }
            let answer = try HTTP.post(
                "/api/broadcast",
                #"{"messages":[\#(list.joined(separator: ","))]}"#,
                port: node.port,
                headers: ["Authorization: Bearer \(Person.ana.token)"]
            )
            #expect(answer.status == 202)
            try node.fence("board:1")
            #expect(try ben.broadcasts().map(\.name) == ["cursor"])
            let refused = #"waypost_broadcasts_refused_total{reason="name_not_listed"}"#
            #expect(try node.metric(refused) == 2)
        }
    }

    @Test("A topic without a file refuses streams of tokens by their names")
    func streams() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            let reply = try ana.channels.broadcast(
                "trip:1",
                name: "token",
                payload: .emptyObject,
                deadline: Member.soon
            )
            #expect(reply?.reason == BroadcastRefusal.tokenStream.reason)
            let refused = #"waypost_broadcasts_refused_total{reason="token_stream"}"#
            #expect(try node.metric(refused) == 1)
            let answer = try HTTP.post(
                "/api/broadcast/trip:1/events/delta?private=true",
                "{}",
                port: node.port,
                headers: ["Authorization: Bearer \(Person.ana.token)"]
            )
            #expect(answer.status == 422 && answer.body.contains("TokenStreamRefused: "))
        }
    }

    @Test("A message that is generated row by row arrives once, when it is final")
    func finalOnly() async throws {
        let contract = try TopicFiles.read(folder: Checkout.topics)
        try await TestNode.with(
            [.topicsFolder: Checkout.topics],
            prepare: { _ = try ContractSchema(contract).apply(on: $0.connect()) }
        ) { node in
            let session = try #require(
                try node.column("SELECT id FROM chat_sessions ORDER BY created_at LIMIT 1").first
            )
            let owner = try node.column(
                "SELECT user_id FROM chat_sessions WHERE id = '\(session)'"
            )
            let person = try #require(owner.first.flatMap(Person.init(rawValue:)))
            let member = try Member(node, person)
            try member.joined("session:\(session)")
            try node.sql(
                """
                INSERT INTO chat_messages (session_id, role, content, is_final)
                VALUES ('\(session)', 'assistant', 'We', false)
                """
            )
            for text in ["We land", "We land in", "We land in Lisbon"] {
                try node.sql(
                    "UPDATE chat_messages SET content = '\(text)' WHERE NOT is_final"
                )
            }
            try node.sql("UPDATE chat_messages SET is_final = true WHERE NOT is_final")
            try node.fence("session:\(session)")
            let told = try member.broadcasts().filter {
                $0.payload["table"] == .string("chat_messages")
            }
            #expect(told.count == 1)
            #expect(
                told.first?.payload["record"]?["content"] == .string("We land in Lisbon")
            )
        }
    }
}
