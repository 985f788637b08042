import TestSupport
import Testing
import Topics

/// What the topic files of the demonstration ask of its tables.
@Suite struct DemonstrationTopicsTests {
    private let definitions: [ChangeDefinition]

    init() throws {
        definitions = try DemonstrationScripts.contract().changeDefinitions()
    }

    private func routes(_ table: String) -> [String] {
        definitions.first { $0.table == TableName(table) }?
            .routes.map { "\($0.family):\($0.keys[0].column)" } ?? []
    }

    @Test("All definitions can be carried out together")
    func sql() throws {
        let sql = try ChangeTriggerPlan.sql(
            for: definitions,
            secretTables: [TableName("api_keys")]
        )
        #expect(!sql.contains("api_keys"))
    }

    @Test(
        "Each table feeds the topics of its people",
        arguments: [
            ("api_keys", []),
            ("trips", ["trip:id"]),
            ("trip_collaborators", ["trip:trip_id", "user:user_id"]),
            ("flights", ["trip:trip_id"]), ("accommodations", ["trip:trip_id"]),
            ("transportation", ["trip:trip_id"]), ("itinerary_items", ["trip:trip_id"]),
            ("bookings", ["trip:trip_id"]), ("trip_notes", ["trip:trip_id"]),
            ("saved_options", ["trip:trip_id"]),
            ("chat_sessions", ["session:id", "user:user_id"]),
            ("chat_messages", ["session:session_id"]),
            ("chat_tool_calls", ["session:message_id"]),
            ("memories", ["user:user_id"]), ("session_memories", ["user:user_id"]),
            ("file_attachments", ["trip:trip_id", "user:user_id"]),
            ("notifications", ["user:user_id"]),
        ]
    )
    func tables(table: String, expected: [String]) {
        #expect(routes(table) == expected)
    }

    @Test(
        "Secrets do not leave",
        arguments: [
            ("chat_tool_calls", "arguments"), ("chat_tool_calls", "result"),
            ("memories", "embedding"), ("session_memories", "embedding"),
            ("file_attachments", "file_path"),
        ]
    )
    func secrets(table: String, column: String) {
        let definition = definitions.first { $0.table == TableName(table) }
        #expect(definition?.columns.contains(column) == false)
    }
}
