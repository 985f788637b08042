public import Observation
public import Postgres

/// Brings a database's schema `realtime` to the version that this program needs.
///
/// Each migration is one transaction, applied once. Two migrators of one database wait for each
/// other; running again changes nothing.
public struct Migrator {
    private let connection: PostgresConnection

    /// Prepares to migrate.
    ///
    /// - Parameter connection: Logged in as an administrator.
    public init(connection: PostgresConnection) {
        self.connection = connection
    }

    /// Says what ``apply(observe:)`` would do, and changes nothing.
    ///
    /// - Returns: The migrations that are missing, in order.
    /// - Throws: ``MigrationFailure`` where this database cannot be migrated.
    public func plan() throws(MigrationFailure) -> [Migration] {
        let facts = try query(
            """
            SELECT pg_catalog.pg_is_in_recovery(),
                (SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace
                WHERE nspname = 'realtime'),
                pg_catalog.to_regclass('realtime.schema_migrations') IS NOT NULL
            """
        )
        guard connection.serverVersion >= 150_000 else {
            throw .serverTooOld(version: connection.serverVersion)
        }
        guard facts.boolean(0, 0) == false else { throw .inRecovery }
        if let owner = facts[0, 1], owner != "waypost" { throw .schemaForeign(owner: owner) }
        guard facts.boolean(0, 2) == true else { return SchemaMigrations.all }
        let applied = try query("SELECT coalesce(max(version), 0) FROM realtime.schema_migrations")
        let version = applied.integer(0, 0).map(Int.init) ?? 0
        guard version <= SchemaMigrations.latestVersion else {
            throw .databaseNewer(version: version)
        }
        return Array(SchemaMigrations.all.dropFirst(version))
    }

    /// Applies what is missing.
    ///
    /// - Parameter observe: Told of each migration applied.
    /// - Returns: What was applied; empty when the database was up to date.
    /// - Throws: ``MigrationFailure``; what was applied before a failure stays.
    @discardableResult
    public func apply(observe: Observe) throws(MigrationFailure) -> [Migration] {
        _ = try plan()
        guard try isAdministrator() else { throw .notAdministrator }
        let key = AdvisoryKey.migrations.rawValue
        _ = try query("SELECT pg_catalog.pg_advisory_lock(\(key))")
        defer { try? connection.execute("SELECT pg_catalog.pg_advisory_unlock(\(key))") }
        // Asked again under the lock: another migrator may have been here meanwhile.
        let missing = try plan()
        for migration in missing {
            let started = ContinuousClock.now
            do throws(PostgresError) {
                try connection.execute(migration.transaction)
            } catch {
                try? connection.execute("ROLLBACK")
                throw .refused(version: migration.version, error)
            }
            observe(
                .outbox(
                    .migrationApplied(
                        version: migration.version,
                        name: migration.name,
                        duration: .now - started
                    )
                )
            )
        }
        return missing
    }

    private func isAdministrator() throws(MigrationFailure) -> Bool {
        let rows = try query(
            """
            SELECT rolsuper OR (rolcreaterole
                AND pg_catalog.has_database_privilege(current_database(), 'CREATE'))
            FROM (SELECT rolsuper, rolcreaterole FROM pg_catalog.pg_roles
                WHERE rolname = current_user) AS login
            """
        )
        return rows.count == 1 && rows.boolean(0, 0) == true
    }

    private func query(_ sql: String) throws(MigrationFailure) -> Rows {
        do throws(PostgresError) {
            return try connection.query(sql)
        } catch {
            throw .connection(error)
        }
    }
}
