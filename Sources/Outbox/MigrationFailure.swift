public import Postgres

/// Why a database could not be migrated.
public enum MigrationFailure: Error, Equatable, Sendable {
    /// The login may not make roles and schemas.
    case notAdministrator

    /// The database is a standby.
    case inRecovery

    /// The server is older than PostgreSQL 15; `version` is like 140011.
    case serverTooOld(version: Int)

    /// There is a schema `realtime` that somebody else owns, as Supabase's own does.
    case schemaForeign(owner: String)

    /// The database was migrated by a newer Waypost.
    case databaseNewer(version: Int)

    /// One migration failed and was rolled back; those before it stay.
    case refused(version: Int, PostgresError)

    /// The database could not be asked.
    case connection(PostgresError)
}

extension MigrationFailure: CustomStringConvertible {
    /// What is wrong and what to do, without anything secret.
    public var description: String {
        switch self {
        case .notAdministrator:
            "this login may not make roles and schemas: migrate as an administrator "
                + "(a superuser; or CREATEROLE and CREATE on the database, where service_role exists)"
        case .inRecovery: "the database is a standby: migrate the primary"
        case .serverTooOld(let version):
            "PostgreSQL \(version / 10_000) is too old: 15 or later is needed"
        case .schemaForeign(let owner):
            "schema \"realtime\" belongs to \"\(owner)\", not to \"waypost\": this database has "
                + "somebody else's realtime in it, such as Supabase's own"
        case .databaseNewer(let version):
            "the database is at version \(version), this program knows "
                + "\(SchemaMigrations.latestVersion): use a newer waypost"
        case .refused(let version, let error):
            "migration \(version) was rolled back: \(error)"
        case .connection(let error): "\(error)"
        }
    }
}
