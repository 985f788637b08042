import Outbox
import Postgres
import TestSupport
import Testing

@Suite struct StartupChecksTests {
    private static func problems(
        _ database: TestDatabase,
        user: String = "waypost",
        after sql: String = "",
        roles: [String] = ["anon", "authenticated", "service_role"]
    ) throws -> [StartupProblem] {
        try database.connect().execute(sql)
        return try StartupChecks(allowedRoles: roles).problems(on: try database.connect(user: user))
    }

    @Test("A migrated database and the role waypost are fit")
    func fit() async throws {
        try await TestDatabase.with(.outbox) { database in
            let problems = try Self.problems(database)
            #expect(problems == [])
        }
    }

    @Test("A superuser is refused")
    func superuser() async throws {
        try await TestDatabase.with(.outbox) { database in
            let problems = try Self.problems(database, user: "postgres")
            #expect(problems == [.loginIsSuperuser(login: "postgres")])
        }
    }

    @Test("A database that was never migrated asks for waypost migrate")
    func missing() async throws {
        // The roles belong to the cluster: another database of it has made them.
        try await TestDatabase.with(.outbox) { _ in }
        try await TestDatabase.with { database in
            let problems = try Self.problems(database)
            #expect(problems == [.schemaMissing])
            #expect(problems.first.map { "\($0)" }?.contains("waypost migrate") == true)
        }
    }

    @Test("Somebody else's schema realtime is named")
    func foreign() async throws {
        try await TestDatabase.with(.outbox) { _ in }
        try await TestDatabase.with { database in
            let problems = try Self.problems(database, after: "CREATE SCHEMA realtime")
            #expect(problems == [.schemaForeign(owner: "postgres")])
        }
    }

    @Test("Missing and newer migrations are told apart")
    func version() async throws {
        try await TestDatabase.with(.outbox) { database in
            let problems = try Self.problems(
                database,
                after: "DELETE FROM realtime.schema_migrations WHERE version > 1"
            )
            #expect(problems == [.schemaOutdated(version: 1)])
            let newer = try Self.problems(
                database,
                after: "INSERT INTO realtime.schema_migrations VALUES (99, 'x')"
            )
            #expect(newer == [.schemaNewer(version: 99)])
        }
    }

    @Test("Row security that is off or forced is named, on every partition")
    func rowSecurity() async throws {
        try await TestDatabase.with(.outbox) { database in
            let sql = """
                ALTER TABLE realtime.changes_later DISABLE ROW LEVEL SECURITY;
                ALTER TABLE realtime.messages FORCE ROW LEVEL SECURITY
                """
            let problems = try Self.problems(database, after: sql)
            #expect(
                problems == [
                    .rowSecurityOff(table: "realtime.changes_later"),
                    .rowSecurityForced(table: "realtime.messages"),
                ]
            )
        }
    }

    @Test("A login that owns nothing, bypasses row security and holds no role hears of all three")
    func strangers() async throws {
        try await TestDatabase.with(.outbox) { database in
            let login = "stranger_\(database.name)"
            let problems = try Self.problems(
                database,
                user: login,
                after: "CREATE ROLE \(login) LOGIN BYPASSRLS",
                roles: ["authenticated", "nobody"]
            )
            #expect(
                problems == [
                    .loginBypassesRowSecurity(login: login),
                    .roleNotGranted(login: login, role: "authenticated"),
                    .roleMissing(role: "nobody"),
                    .loginIsNotOwner(login: login, owner: "waypost"),
                ]
            )
        }
    }
}
