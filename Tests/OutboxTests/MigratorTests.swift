import Observation
import Outbox
import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
    @Test("Migrating twice changes nothing the second time, and a dry run changes nothing at all")
    func twice() async throws {
        try await TestDatabase.with { database in
            let connection = try database.connect()
            let migrator = Migrator(connection: connection)
            #expect(try migrator.plan() == SchemaMigrations.all)
            let before = try connection.query("SELECT to_regnamespace('realtime') IS NULL")
            #expect(before.boolean(0, 0) == true)

            let applied = try migrator.apply { _ in }
            #expect(applied.map(\.version) == [1, 2, 3, 4, 5, 6])
            let state = try Self.catalog(connection)
            #expect(try migrator.plan() == [])
            #expect(try migrator.apply { _ in } == [])
            #expect(try Self.catalog(connection) == state)
        }
    }

    @Test("The dry run's text is what is applied")
    func dryRun() async throws {
        try await TestDatabase.with { database in
            let connection = try database.connect()
            for migration in try Migrator(connection: connection).plan() {
                try connection.execute(migration.transaction)
            }
            #expect(try Migrator(connection: connection).plan() == [])
        }
    }

    @Test("Two migrators at once: one does the work, the other finds it done")
    func race() async throws {
        try await TestDatabase.with { database in
            async let one = Self.migrate(database)
            async let two = Self.migrate(database)
            let counts = try await [one, two].sorted()
            #expect(counts == [0, SchemaMigrations.latestVersion])
        }
    }

    private static func migrate(_ database: TestDatabase) async throws -> Int {
        try await Task.detached {
            try Migrator(connection: try database.connect()).apply { _ in }.count
        }.value
    }

    @Test("A migration that fails leaves nothing behind")
    func rollback() async throws {
        try await TestDatabase.with { database in
            let connection = try database.connect()
            try connection.execute(
                "CREATE SCHEMA auth; CREATE TABLE auth.t (); CREATE SCHEMA realtime"
            )
            try connection.execute("ALTER SCHEMA realtime OWNER TO \(try Self.waypost(connection))")
            let error = #expect(throws: MigrationFailure.self) {
                try Migrator(connection: connection).apply { _ in }
            }
            guard case .refused(let version, let cause) = error else {
                Issue.record("not refused: \(String(describing: error))")
                return
            }
            #expect(version == 1)
            #expect(cause.sqlState == "42P06")
            let left = try connection.query("SELECT to_regprocedure('auth.uid()') IS NULL")
            #expect(left.boolean(0, 0) == true)
        }
    }

    /// Makes the role where no other test has.
    private static func waypost(_ connection: PostgresConnection) throws -> String {
        try connection.execute(
            """
            DO $$ BEGIN CREATE ROLE waypost LOGIN NOINHERIT;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
            """
        )
        return "waypost"
    }

    @Test("A login that may not make roles is refused with a word about it")
    func notAdministrator() async throws {
        try await TestDatabase.with { database in
            let admin = try database.connect()
            try admin.execute("CREATE ROLE plain_\(database.name) LOGIN")
            let connection = try database.connect(user: "plain_\(database.name)")
            let error = #expect(throws: MigrationFailure.notAdministrator) {
                try Migrator(connection: connection).apply { _ in }
            }
            #expect(error.map { "\($0)" }?.contains("administrator") == true)
        }
    }

    @Test("Somebody else's schema realtime stops the migration and names its owner")
    func foreign() async throws {
        try await TestDatabase.with { database in
            let connection = try database.connect()
            try connection.execute("CREATE SCHEMA realtime")
            #expect(throws: MigrationFailure.schemaForeign(owner: "postgres")) {
                try Migrator(connection: connection).apply { _ in }
            }
        }
    }

    @Test("A database of a newer program is left alone")
    func newer() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect()
            try connection.execute(
                "INSERT INTO realtime.schema_migrations (version, name) VALUES (99, 'later')"
            )
            #expect(throws: MigrationFailure.databaseNewer(version: 99)) {
                try Migrator(connection: connection).plan()
            }
        }
    }

    @Test("Functions of schema auth that exist already stay as they are")
    func existingAuth() async throws {
        try await TestDatabase.with { database in
            let connection = try database.connect()
            try connection.execute(
                """
                CREATE SCHEMA auth;
                CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS
                    $$ SELECT '00000000-0000-0000-0000-000000000001'::uuid $$
                """
            )
            _ = try Migrator(connection: connection).apply { _ in }
            let uid = try connection.query("SELECT auth.uid(), auth.role(), auth.jwt()")
            #expect(uid[0, 0] == "00000000-0000-0000-0000-000000000001")
            #expect(uid.isNull(0, 1) && uid.isNull(0, 2))
        }
    }

    /// Everything that a migration can change, as text.
    private static func catalog(_ connection: PostgresConnection) throws -> [String?] {
        let rows = try connection.query(
            """
            SELECT c.oid || c.relname || coalesce(c.relacl::text, '') FROM pg_class AS c
            WHERE relnamespace = 'realtime'::regnamespace
            UNION ALL SELECT p.oid || p.proname || p.prosrc FROM pg_proc AS p
            WHERE pronamespace IN ('realtime'::regnamespace, 'auth'::regnamespace)
            UNION ALL SELECT applied_at::text FROM realtime.schema_migrations
            ORDER BY 1
            """
        )
        return (0..<rows.count).map { rows[$0, 0] }
    }
}
