import Outbox
import Postgres
import TestSupport
import Testing

/// A database with the outbox, the demonstration domain and the generated triggers.
struct DemonstrationDatabase {
    static let template = DatabaseTemplate("topics_demonstration") { dsn in
        try DemonstrationScripts.runWithTopics(on: try migrate(dsn))
    }

    private static let bare = DatabaseTemplate("topics_tables") { dsn in
        try DemonstrationScripts.run(on: try migrate(dsn))
    }

    private static func migrate(_ dsn: String) throws -> PostgresConnection {
        let connection = try PostgresConnection(
            ConnectionString(dsn, applicationName: "waypost-test")
        )
        try Migrator(connection: connection).apply { _ in }
        return connection
    }

    /// A person of the seed file.
    enum Person: String, CaseIterable {
        case ana = "a0000000-0000-4000-8000-000000000001"
        case ben = "b0000000-0000-4000-8000-000000000002"
        case cleo = "c0000000-0000-4000-8000-000000000003"
    }

    static let lisbonTalk = "51000000-0000-4000-8000-000000000001"
    static let alpsTalk = "51000000-0000-4000-8000-000000000002"
    static let cleoTalk = "51000000-0000-4000-8000-000000000003"

    let connection: PostgresConnection

    /// Makes a fresh database, and connects as the superuser.
    static func make() async throws -> Self {
        Self(connection: try await TestDatabase.make(from: template).connect())
    }

    /// Makes one with tables and people, whose topics nothing feeds yet.
    static func makeWithoutTopics() async throws -> Self {
        Self(connection: try await TestDatabase.make(from: bare).connect())
    }

    /// Runs statements, and returns what the triggers noted, in order.
    func changes(of sql: String) throws -> [String] {
        try connection.execute("truncate realtime.changes")
        try connection.execute(sql)
        return try noted()
    }

    /// What stands in the outbox: operation, table, key and topics of each change.
    ///
    /// What only concerns memberships is left out.
    func noted() throws -> [String] {
        try column(
            """
            select operation || ' ' || table_name || ' ' || coalesce(key::text, '-') || ' '
                || array_to_string(topics, ',')
            from realtime.changes where concerns is null or topics <> '{}' order by seq
            """
        )
    }

    /// The first column of all rows; NULL is the text `NULL`.
    func column(_ sql: String, _ parameters: [String?] = []) throws -> [String] {
        let rows = try connection.query(sql, parameters)
        return (0..<rows.count).map { rows[$0, 0] ?? "NULL" }
    }
}
