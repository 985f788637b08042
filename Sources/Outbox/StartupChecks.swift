public import Postgres

/// Looks, before a node serves, whether the database and the login are fit for it.
public struct StartupChecks {
    private let allowedRoles: [String]

    /// Prepares the checks.
    ///
    /// - Parameter allowedRoles: The roles that tokens may name.
    public init(allowedRoles: [String] = ["anon", "authenticated", "service_role"]) {
        self.allowedRoles = allowedRoles
    }

    /// Finds everything that is wrong, not only the first thing.
    ///
    /// - Parameter connection: Logged in as the node will be.
    /// - Returns: Empty when the node may serve.
    /// - Throws: ``PostgresError`` when the database could not be asked.
    public func problems(
        on connection: PostgresConnection
    ) throws(PostgresError) -> [StartupProblem] {
        guard connection.serverVersion >= 150_000 else {
            return [.serverTooOld(version: connection.serverVersion)]
        }
        let facts = try connection.query(
            """
            SELECT pg_catalog.pg_is_in_recovery(), current_user, rolsuper, rolbypassrls,
                (SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace
                WHERE nspname = 'realtime'),
                (SELECT pg_catalog.pg_has_role(nspowner, 'USAGE') FROM pg_catalog.pg_namespace
                WHERE nspname = 'realtime')
            FROM pg_catalog.pg_roles WHERE rolname = current_user
            """
        )
        guard facts.count == 1, let login = facts[0, 1] else { return [.schemaMissing] }
        var problems: [StartupProblem] = []
        if facts.boolean(0, 0) == true { problems.append(.inRecovery) }
        if facts.boolean(0, 2) == true {
            problems.append(.loginIsSuperuser(login: login))
        } else if facts.boolean(0, 3) == true {
            problems.append(.loginBypassesRowSecurity(login: login))
        }
        problems += try roleProblems(login, connection)
        guard let owner = facts[0, 4] else { return problems + [.schemaMissing] }
        guard owner == "waypost" else { return problems + [.schemaForeign(owner: owner)] }
        guard facts.boolean(0, 5) == true else {
            return problems + [.loginIsNotOwner(login: login, owner: owner)]
        }
        return problems + (try schemaProblems(connection))
    }

    private func roleProblems(
        _ login: String,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [StartupProblem] {
        // From PostgreSQL 16 on membership and the right to SET ROLE are two things.
        let privilege = connection.serverVersion >= 160_000 ? "SET" : "MEMBER"
        var problems: [StartupProblem] = []
        for role in allowedRoles {
            let rows = try connection.query(
                """
                SELECT pg_catalog.pg_has_role(oid, '\(privilege)') FROM pg_catalog.pg_roles
                WHERE rolname = $1
                """,
                [role]
            )
            if rows.count == 0 {
                problems.append(.roleMissing(role: role))
            } else if rows.boolean(0, 0) != true {
                problems.append(.roleNotGranted(login: login, role: role))
            }
        }
        return problems
    }

    private func schemaProblems(
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [StartupProblem] {
        let tables = try connection.query(
            """
            SELECT 'realtime.' || pg_catalog.quote_ident(relname),
                relrowsecurity, relforcerowsecurity
            FROM pg_catalog.pg_class
            WHERE relnamespace = 'realtime'::regnamespace AND relkind IN ('r', 'p')
                AND relname ~ '^(messages|changes)(_|$)'
            ORDER BY relname
            """
        )
        let hasVersion = try connection.query(
            "SELECT pg_catalog.to_regclass('realtime.schema_migrations') IS NOT NULL"
        )
        guard tables.count > 0, hasVersion.boolean(0, 0) == true else { return [.schemaMissing] }
        var problems: [StartupProblem] = []
        let applied = try connection.query(
            "SELECT coalesce(max(version), 0) FROM realtime.schema_migrations"
        )
        let version = applied.integer(0, 0).map(Int.init) ?? 0
        if version < SchemaMigrations.latestVersion {
            problems.append(.schemaOutdated(version: version))
        } else if version > SchemaMigrations.latestVersion {
            problems.append(.schemaNewer(version: version))
        }
        for row in 0..<tables.count {
            let table = tables[row, 0] ?? ""
            if tables.boolean(row, 1) != true { problems.append(.rowSecurityOff(table: table)) }
            if tables.boolean(row, 2) == true { problems.append(.rowSecurityForced(table: table)) }
        }
        return problems
    }
}
