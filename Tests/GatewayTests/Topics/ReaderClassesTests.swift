import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// Different columns for different readers of one topic.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct ReaderClassesTests {
    private func with(
        _ folder: TopicFolder,
        loops: Int,
        _ body: (TestNode) async throws -> Void
    ) async throws {
        try await TestNode.with(
            [
                .topicsFolder: folder.path, .topicsLookSeconds: "1", .listenLoops: "\(loops)",
                .authorizationRememberMilliseconds: "0",
            ],
            prepare: { database in
                try database.connect().execute(TopicFolder.tables)
                try folder.apply(to: database)
            },
            body
        )
    }

    /// The columns of the row after the change, in the order sent.
    private func columns(_ broadcast: Broadcast) -> [String] {
        (broadcast.payload["record"]?.objectValue ?? []).map(\.key)
    }

    @Test("Each class sees its own columns, by both serializers, on both loops, live and replayed")
    func classes() async throws {
        let folder = try TopicFolder(["board.yaml": TopicFolder.board()])
        try await with(folder, loops: 2) { node in
            let expected: [Person: [String]] = [
                .ana: ["id", "name", "budget"], .ben: ["id", "name"],
            ]
            var members: [(Person, Member)] = []
            for serializer in [Serializer.v1, .v2, .v1, .v2] {
                for person in [Person.ana, .ben] {
                    let member = try Member(node, person, serializer)
                    try member.joined("board:1")
                    members.append((person, member))
                }
            }
            let before = try node.metric("waypost_encodings_total")
            try node.sql("UPDATE boards SET budget = 11 WHERE id = 1")
            for (person, member) in members {
                let change = try member.broadcast(named: "UPDATE")
                #expect(columns(change) == expected[person])
            }
            let isCounted = try await eventually {
                try node.metric("waypost_encodings_total") > before
            }
            #expect(isCounted)
            #expect(try node.metric("waypost_encodings_total") - before <= 6)

            for person in [Person.ana, .ben] {
                let member = try Member(node, person)
                #expect(try member.join("board:1", replaySince: 0).isOK)
                let change = try member.broadcast(named: "UPDATE")
                #expect(change.isReplayed)
                #expect(columns(change) == expected[person])
            }
        }
    }

    @Test("A class that changes is the one that counts once the token is renewed")
    func changedClass() async throws {
        let folder = try TopicFolder(["board.yaml": TopicFolder.board()])
        try await with(folder, loops: 1) { node in
            let ana = try Member(node, .ana)
            try ana.joined("board:1")
            try node.sql(
                "UPDATE board_members SET class = 'viewer' WHERE user_id = '\(Person.ana.rawValue)'"
            )
            try ana.channels.accessToken("board:1", token: Person.ana.token(lastingSeconds: 1_800))
            let isNarrowed = try await eventually {
                try node.sql("UPDATE boards SET budget = budget + 1 WHERE id = 1")
                return self.columns(try ana.broadcast(named: "UPDATE")) == ["id", "name"]
            }
            #expect(isNarrowed)
            try node.sql("UPDATE board_members SET class = 'nobody'")
            try ana.channels.accessToken("board:1", token: Person.ana.token(lastingSeconds: 1_700))
            let isKeyAlone = try await eventually {
                try node.sql("UPDATE boards SET budget = budget + 1 WHERE id = 1")
                return self.columns(try ana.broadcast(named: "UPDATE")) == ["id"]
            }
            #expect(isKeyAlone)
        }
    }
}
