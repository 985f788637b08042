import Observation
import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite struct WindowPageTests {
    /// The answer that a statement of ``WindowSQL`` would give, with these rows and this last one.
    private static func page(
        _ rows: [String],
        found: Int? = nil,
        last: String = "'10:10:', 0.5, true"
    ) async throws -> WindowPage? {
        try await TestDatabase.with { database in
            let ends = "NULL::text, NULL::float8, true"
            let sql = rows.map { "SELECT \($0), \(ends)" }.joined(separator: " UNION ALL ")
            let count = found ?? rows.count
            let nulls = [
                "NULL::bigint", "NULL::uuid", "NULL", "NULL", "NULL", "NULL::boolean", "NULL",
                "NULL::boolean", "NULL::boolean", "NULL", "NULL", "NULL", "NULL", "NULL",
            ].joined(separator: ", ")
            let end = "SELECT \(count), \(nulls), \(last)"
            return WindowPage(
                try database.connect().query(rows.isEmpty ? end : "\(sql) UNION ALL \(end)")
            )
        }
    }

    private static let id = "'0b54c5c2-0d0f-4ffb-8a0c-2b0d7f8f6a11'::uuid"

    /// One row of `realtime.messages`.
    private static func message(
        _ seq: Int,
        topic: String = "'trip:1'",
        name: String = "'e'",
        isPrivate: String = "true",
        payload: String = "'{}'",
        hex: String = "NULL"
    ) -> String {
        "\(seq), 5::bigint, \(id), NULL, NULL, \(name), \(isPrivate), \(topic), false, "
            + "false, NULL, NULL, NULL, \(payload), \(hex)"
    }

    @Test("The last row says where the window ends and whether there is more")
    func lastRow() async throws {
        let whole = try #require(try await Self.page([Self.message(7), Self.message(9)]))
        #expect(whole.until.text == "10:10:")
        #expect(whole.lag == .seconds(0.5))
        #expect(whole.lastSeq == 9)
        #expect(whole.commitCount == 1)
        #expect(!whole.hasMore && whole.isWhole && whole.isPresent)
        let cut = try #require(try await Self.page([Self.message(7)], found: 2))
        #expect(cut.hasMore)
    }

    @Test("A window without rows has no lag")
    func noRows() async throws {
        let page = try #require(try await Self.page([], last: "'10:12:10', NULL::float8, false"))
        #expect(page.messages.isEmpty && page.lastSeq == nil && page.lag == nil)
        #expect(page.until.runningList == "{10}" && page.until.runningCount == 1)
        #expect(page.isWhole && !page.isPresent)
    }

    @Test("Rows come in the order of their numbers, however they were found")
    func order() async throws {
        let rows = [9, 7, 8].map { Self.message($0) }
        let page = try #require(try await Self.page(rows))
        #expect(page.messages.map(\.seq) == [7, 8, 9])
        #expect(page.lastSeq == 9)
    }

    @Test(
        "A row that cannot be delivered is left out with its reason, the next one stays",
        arguments: [
            (message(1, topic: "''"), OutboxObservation.RowSkipReason.topicMalformed),
            (message(1, topic: "NULL"), .topicMalformed),
            (message(1, name: "NULL"), .nameMissing),
            (message(1, payload: "NULL"), .payloadUnusable),
            (message(1, payload: "NULL", hex: "'0'"), .payloadUnusable),
            (message(1, isPrivate: "NULL::boolean"), .payloadUnusable),
            (
                "1, 5::bigint, \(id), 's', 't', 'MERGE', true, '{a}', true, false, NULL, "
                    + "NULL, NULL, NULL, NULL",
                .nameMissing
            ),
            (
                "1, 5::bigint, \(id), 's', 't', 'DELETE', true, '{a,NULL}', true, false, "
                    + "NULL, NULL, NULL, NULL, NULL",
                .topicMalformed
            ),
        ]
    )
    func undeliverable(row: String, reason: OutboxObservation.RowSkipReason) async throws {
        let page = try #require(try await Self.page([row, Self.message(2)]))
        #expect(page.skipped.map(\.reason) == [reason])
        #expect(page.skipped.map(\.seq) == [1])
        #expect(page.messages.map(\.seq) == [2])
        #expect(page.lastSeq == 2)
    }

    @Test("A change that no topic carries is there for those who follow the table")
    func published() async throws {
        let page = try #require(
            try await Self.page([
                "1, 5::bigint, \(Self.id), 's', 't', 'UPDATE', true, '{}', true, false, NULL, "
                    + "'{\"id\": 1}', '{\"id\": 1}', '{\"id\": 1, \"n\": 2}', NULL"
            ])
        )
        let message = try #require(page.messages.first)
        #expect(message.topics.isEmpty && message.payload == .json([]))
        let relation = try #require(message.relation)
        #expect(relation.isPublished && message.transaction == 5)
        #expect(relation.new == Array(#"{"id": 1, "n": 2}"#.utf8))
    }

    @Test("A row that only says whom it concerns is no message, but has a place")
    func concerns() async throws {
        func row(_ seq: Int, topics: String, isPublished: Bool, _ concerns: String) -> String {
            "\(seq), 5::bigint, \(Self.id), 's', 't', 'DELETE', true, '\(topics)', \(isPublished), "
                + "true, '\(concerns)', NULL, NULL, NULL, NULL"
        }
        let page = try #require(
            try await Self.page([
                row(3, topics: "{}", isPublished: false, "{trip:1,ana,\"\"}"),
                row(5, topics: "{trip:1}", isPublished: false, "{trip:*,\"\",end}"),
                row(6, topics: "{}", isPublished: true, "{trip:1,ana,\"\"}"),
                "9, 7::bigint, \(Self.id), 's', 't', 'DELETE', true, '{a}', true, false, NULL, NULL, "
                    + "NULL, NULL, NULL",
                Self.message(10),
            ])
        )
        #expect(page.messages.map(\.seq) == [5, 6, 9, 10])
        #expect(page.messages.map { $0.relation?.isMoved } == [true, true, false, nil])
        let concerns = try #require(page.concerns.first)
        #expect(page.concerns.count == 1 && page.lastSeq == 10)
        #expect(concerns.firstSeq == 3 && concerns.lastSeq == 10)
        let topic = try MembershipConcern(.topic(TopicName("trip:1")), member: "ana")
        let family = MembershipConcern(.family("trip"), endsTopic: true)
        #expect(Set(concerns.concerns) == [topic, family] && concerns.concerns.count == 2)
    }

    @Test("A payload is JSON, or bytes in hexadecimal digits")
    func payloads() async throws {
        let page = try #require(
            try await Self.page([
                Self.message(1, payload: "'{\"a\": 1}'"),
                Self.message(2, payload: "NULL", hex: "'00ff'"),
                Self.message(3, payload: "NULL", hex: "''"),
            ])
        )
        #expect(
            page.messages.map(\.payload)
                == [.json(Array(#"{"a": 1}"#.utf8)), .binary([0, 255]), .binary([])]
        )
    }

    @Test("An answer without a snapshot is none")
    func malformed() async throws {
        #expect(try await Self.page([], last: "'nonsense', NULL::float8, true") == nil)
    }
}
