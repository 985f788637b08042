/// One reason why a node must not serve from a database as it is.
public enum StartupProblem: Equatable, Sendable {
    /// The server is older than PostgreSQL 15; `version` is like 140011.
    case serverTooOld(version: Int)

    /// The database is a standby.
    case inRecovery

    /// The database was never migrated.
    case schemaMissing

    /// There is a schema `realtime` of somebody else, as Supabase's own.
    case schemaForeign(owner: String)

    /// Migrations are missing.
    case schemaOutdated(version: Int)

    /// The database was migrated by a newer Waypost.
    case schemaNewer(version: Int)

    /// The login is a superuser.
    case loginIsSuperuser(login: String)

    /// The login sees past all row security.
    case loginBypassesRowSecurity(login: String)

    /// The login does not own the schema, so row security hides the outbox from it.
    case loginIsNotOwner(login: String, owner: String)

    /// A role that tokens may name does not exist.
    case roleMissing(role: String)

    /// The login may not become a role that tokens may name.
    case roleNotGranted(login: String, role: String)

    /// Row security binds even the owner of this table, so the reader sees nothing.
    case rowSecurityForced(table: String)

    /// Row security is off for this table, so everybody who may select sees every row.
    case rowSecurityOff(table: String)
}

extension StartupProblem: CustomStringConvertible {
    /// What is wrong and what to do about it, for an operator.
    public var description: String {
        switch self {
        case .serverTooOld(let version):
            "PostgreSQL \(version / 10_000) is too old: 15 or later is needed"
        case .inRecovery:
            "the database is a standby: connect to the primary (target_session_attrs=read-write)"
        case .schemaMissing: "schema \"realtime\" is missing: run waypost migrate"
        case .schemaForeign(let owner):
            "schema \"realtime\" belongs to \"\(owner)\", not to \"waypost\": this database has "
                + "somebody else's realtime in it, such as Supabase's own"
        case .schemaOutdated(let version):
            "schema \"realtime\" is at version \(version), \(SchemaMigrations.latestVersion) is "
                + "needed: run waypost migrate"
        case .schemaNewer(let version):
            "schema \"realtime\" is at version \(version), this program knows "
                + "\(SchemaMigrations.latestVersion): use a newer waypost"
        case .loginIsSuperuser(let login):
            "\"\(login)\" is a superuser: log in as a role without, such as \"waypost\""
        case .loginBypassesRowSecurity(let login):
            "\"\(login)\" has BYPASSRLS: ALTER ROLE \(login) NOBYPASSRLS"
        case .loginIsNotOwner(let login, let owner):
            "\"\(login)\" does not own schema \"realtime\": log in as \"\(owner)\""
        case .roleMissing(let role):
            "role \"\(role)\" does not exist: create it, or take it out of allowed_roles"
        case .roleNotGranted(let login, let role):
            "\"\(login)\" may not SET ROLE \"\(role)\": GRANT \(role) TO \(login)"
        case .rowSecurityForced(let table):
            "row security is forced on \(table): ALTER TABLE \(table) NO FORCE ROW LEVEL SECURITY"
        case .rowSecurityOff(let table):
            "row security is off on \(table): ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY"
        }
    }
}
