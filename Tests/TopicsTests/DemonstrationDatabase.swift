import Outbox
import Postgres
import TestSupport
import Testing
import Topics

/// A database with the outbox, the demonstration domain and the generated triggers.
struct DemonstrationDatabase {
    static let template = DatabaseTemplate("topics_demonstration") { dsn in
        let connection = try PostgresConnection(
            ConnectionString(dsn, applicationName: "waypost-test")
        )
        try Migrator(connection: connection).apply { _ in }
        try load(on: connection)
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

    /// Runs the files of `topics/` in order, and the generated triggers.
    static func load(on connection: PostgresConnection) throws {
        try DemonstrationScripts.run(on: connection)
        try connection.execute(
            ChangeTriggerPlan.sql(
                for: DemonstrationTopics.definitions,
                secretTables: DemonstrationTopics.secretTables
            )
        )
    }

    /// Runs statements, and returns what the triggers noted, in order.
    func changes(of sql: String) throws -> [String] {
        try connection.execute("truncate realtime.changes")
        try connection.execute(sql)
        return try noted()
    }

    /// What stands in the outbox: operation, table, key and topics of each change.
    func noted() throws -> [String] {
        try column(
            """
            select operation || ' ' || table_name || ' ' || coalesce(key::text, '-') || ' '
                || array_to_string(topics, ',')
            from realtime.changes order by seq
            """
        )
    }

    /// The first column of all rows; NULL is the text `NULL`.
    func column(_ sql: String, _ parameters: [String?] = []) throws -> [String] {
        let rows = try connection.query(sql, parameters)
        return (0..<rows.count).map { rows[$0, 0] ?? "NULL" }
    }
}
