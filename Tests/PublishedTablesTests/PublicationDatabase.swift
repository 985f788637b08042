import Outbox
import Postgres
import PublishedTables
import TestSupport

/// A migrated database with an empty publication, and what is looked at in it.
struct PublicationDatabase {
    static let template = DatabaseTemplate("publication") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
        try connection.execute("CREATE PUBLICATION supabase_realtime")
    }

    let database: TestDatabase
    let connection: PostgresConnection

    /// Makes one, runs `body` with it and drops it.
    static func with(
        _ sql: String,
        _ body: @Sendable (PublicationDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with(template) { database in
            let connection = try database.connect()
            if !sql.isEmpty { try connection.execute(sql) }
            try await body(Self(database: database, connection: connection))
        }
    }

    /// Looks, brings in step, and looks again.
    func inStep(_ triggers: PublicationTriggers = .all) throws -> PublicationReview {
        let review = try triggers.review(on: connection)
        let failures = try triggers.apply(review, on: connection)
        if let failure = failures.first { throw failure.error }
        return try triggers.review(on: connection)
    }

    /// What stands in the outbox, emptied first, after some SQL.
    func changes(of sql: String) throws -> [String] {
        try connection.execute("TRUNCATE realtime.changes; " + sql)
        let rows = try connection.query(
            """
            SELECT operation || ' ' || table_name || ' ' || coalesce(old::text, '-') || ' '
                || coalesce(new::text, '-')
            FROM realtime.changes WHERE published ORDER BY seq
            """
        )
        return (0..<rows.count).map { rows[$0, 0] ?? "" }
    }
}

extension PublicationTriggers {
    /// Keeps nothing back.
    static let all = PublicationTriggers(neverSent: .nothing)
}
