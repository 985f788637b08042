/// The topic families of the demonstration domain, and what feeds them.
public enum DemonstrationTopics {
    /// Tables that no topic may carry, whoever asks for it.
    public static let secretTables: Set<TableName> = [TableName("api_keys")]

    /// The definitions of all tables that feed a topic.
    public static let definitions: [ChangeDefinition] =
        tripDefinitions + chatDefinitions + personDefinitions

    private static let tripDefinitions: [ChangeDefinition] =
        [
            ChangeDefinition(
                table: TableName("trips"),
                routes: [TopicRoute(family: "trip", column: "id")]
            ),
            ChangeDefinition(
                table: TableName("trip_collaborators"),
                routes: [
                    TopicRoute(family: "trip", column: "trip_id"),
                    TopicRoute(family: "user", column: "user_id"),
                ]
            ),
        ]
        + [
            "flights", "accommodations", "transportation", "itinerary_items", "bookings",
            "trip_notes", "saved_options",
        ].map { name in
            ChangeDefinition(
                table: TableName(name),
                routes: [TopicRoute(family: "trip", column: "trip_id")]
            )
        }

    private static let chatDefinitions = [
        ChangeDefinition(
            table: TableName("chat_sessions"),
            routes: [
                TopicRoute(family: "session", column: "id"),
                TopicRoute(family: "user", column: "user_id"),
            ]
        ),
        ChangeDefinition(
            table: TableName("chat_messages"),
            condition: "r.is_final",
            routes: [TopicRoute(family: "session", column: "session_id")]
        ),
        ChangeDefinition(
            table: TableName("chat_tool_calls"),
            columns: .only([
                "id", "message_id", "tool_name", "status", "error_message", "created_at",
                "completed_at",
            ]),
            routes: [
                TopicRoute(
                    family: "session",
                    column: "message_id",
                    path: [
                        TopicRoute.Step(
                            table: TableName("chat_messages"),
                            match: "id",
                            take: "session_id"
                        )
                    ]
                )
            ]
        ),
    ]

    private static let personDefinitions = [
        ChangeDefinition(
            table: TableName("memories"),
            columns: .except(["embedding"]),
            routes: [TopicRoute(family: "user", column: "user_id")]
        ),
        ChangeDefinition(
            table: TableName("session_memories"),
            columns: .except(["embedding"]),
            routes: [TopicRoute(family: "user", column: "user_id")]
        ),
        ChangeDefinition(
            table: TableName("file_attachments"),
            columns: .except(["file_path"]),
            routes: [
                TopicRoute(family: "user", column: "user_id"),
                TopicRoute(family: "trip", column: "trip_id"),
            ]
        ),
        ChangeDefinition(
            table: TableName("notifications"),
            routes: [TopicRoute(family: "user", column: "user_id")]
        ),
    ]
}
