import Outbox
import Postgres
import PublishedTables
import TestSupport
import TopicSchema
import Topics

/// A migrated database with the demonstration domain, and what is looked at in it.
struct SchemaDatabase {
    static let demonstration = DatabaseTemplate("schema_demonstration") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
        try DemonstrationScripts.run(on: connection)
        // The demonstration's own policies would open what files are to open.
        try connection.execute(
            """
            DO $$
            DECLARE
                policy text;
            BEGIN
                FOR policy IN SELECT polname FROM pg_policy
                    WHERE polrelid = 'realtime.messages'::regclass
                LOOP
                    EXECUTE format('DROP POLICY %I ON realtime.messages', policy);
                END LOOP;
            END
            $$
            """
        )
    }

    static let migrated = DatabaseTemplate("schema_migrated") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
    }

    let database: TestDatabase
    let connection: PostgresConnection

    /// Makes one, runs `body` with it and drops it.
    static func with(
        _ template: DatabaseTemplate = demonstration,
        _ sql: String = "",
        _ body: @Sendable (SchemaDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with(template) { database in
            let connection = try database.connect()
            if !sql.isEmpty { try connection.execute(sql) }
            try await body(Self(database: database, connection: connection))
        }
    }

    /// The messages of everything that is wrong, errors and warnings.
    func problems(
        _ contract: TopicContract,
        _ options: ContractSchemaOptions = .init()
    ) throws -> [String] {
        try ContractSchema(contract, options: options).check(on: connection).problems
            .map(\.description)
    }

    /// Applies, and answers what was done.
    @discardableResult
    func apply(
        _ contract: TopicContract,
        _ options: ContractSchemaOptions = .init()
    ) throws -> [String] {
        try ContractSchema(contract, options: options).apply(on: connection).summary
    }

    /// The first value of a query.
    func value(_ sql: String) throws -> String? { try connection.query(sql)[0, 0] }

    /// Names all functions and policies of the outbox and all triggers.
    func objects() throws -> Set<String> {
        let rows = try connection.query(
            """
            SELECT oid::regprocedure::text FROM pg_proc
            WHERE pronamespace = 'realtime'::regnamespace
            UNION ALL SELECT polname FROM pg_policy
            WHERE polrelid = 'realtime.messages'::regclass
            UNION ALL SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger
            WHERE NOT tgisinternal
            """
        )
        return Set((0..<rows.count).map { rows[$0, 0] ?? "" })
    }

    /// Whether somebody may read a topic, and whether send there, by the policies alone.
    func verdict(
        _ person: String,
        _ topic: String,
        role: String = "authenticated"
    ) throws -> String {
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        try connection.execute(
            """
            INSERT INTO realtime.messages (topic, extension)
            SELECT \(SQLText.literal(topic)), e FROM unnest(ARRAY['broadcast', 'presence']) AS e;
            SELECT set_config('realtime.topic', \(SQLText.literal(topic)), true),
                set_config('request.jwt.claims',
                    json_build_object('sub', \(SQLText.literal(person)))::text, true);
            SET LOCAL ROLE \(SQLText.identifier(role))
            """
        )
        let read = try value(
            "SELECT string_agg(DISTINCT left(extension, 1), '') FROM realtime.messages"
        )
        var sent = ""
        for kind in ["broadcast", "presence"] {
            try connection.execute("SAVEPOINT one")
            do {
                try connection.execute(
                    """
                    INSERT INTO realtime.messages (topic, extension)
                    VALUES (\(SQLText.literal(topic)), '\(kind)')
                    """
                )
                sent += kind.prefix(1)
            } catch {
                try connection.execute("ROLLBACK TO SAVEPOINT one")
            }
        }
        return "reads \(read ?? "-") sends \(sent.isEmpty ? "-" : sent)"
    }
}
