import Testing
import Topics

@testable import TopicFiles

@Suite struct PathReaderTests {
    @Test("A table may have a schema, and odd names stand in quotes")
    func tables() throws {
        #expect(try PathReader.table("trips") == TableName("trips"))
        #expect(try PathReader.table("plan.Trips") == TableName(schema: "plan", "Trips"))
        #expect(
            try PathReader.table("\"my \"\"plan\"\"\".\"a.b\"")
                == TableName(schema: "my \"plan\"", "a.b")
        )
    }

    @Test("A way goes over tables to a column")
    func paths() throws {
        #expect(try PathReader.path("id") == ColumnPath("id"))
        let messages = TopicRoute.Step(
            table: TableName("chat_messages"),
            match: "id",
            take: "session_id"
        )
        let way = try PathReader.path("message_id -> chat_messages.id -> session_id")
        #expect(way == ColumnPath("message_id", steps: [messages]))
        let two = try PathReader.path("a->b.c->d -> e.f.g -> h")
        #expect(
            two
                == ColumnPath(
                    "a",
                    steps: [
                        .init(table: TableName("b"), match: "c", take: "d"),
                        .init(table: TableName(schema: "e", "f"), match: "g", take: "h"),
                    ]
                )
        )
    }

    @Test(
        "What is no way is refused",
        arguments: [
            "", " ", "a b", "a ->", "a -> b", "a -> b.c", "a -> b.c ->", "a -> b -> c", "a.b", "1a",
            "a -> b.c.d.e -> f", "\"a", "\"\"", "a; drop table b", "a--", "a -> .b -> c", "ä",
            "a -> b.c -> d -> b.c -> d -> b.c -> d -> b.c -> d -> b.c -> d",
            String(repeating: "a", count: 64), "\"\0\"", "a\u{301}", "\"a\"\u{301}",
        ]
    )
    func malformed(text: String) {
        #expect(throws: PathReader.Malformed.self) { try PathReader.path(text) }
    }

    @Test("A quotation mark with an accent on it still ends nothing")
    func combining() throws {
        #expect(try PathReader.column("\"a\"\"\u{301}b\"") == "a\"\u{301}b")
    }
}
