import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// How `waypost serve` starts, or says why it does not.
@Suite(.timeLimit(.minutes(2))) struct ServeStartTests {
    private func serve(
        _ arguments: [String],
        dsn: String = "host=/nowhere"
    ) throws -> Command {
        try Command(
            [
                "serve", "--host", "127.0.0.1", "--port", "0", "--set", "admin.port=0",
                "--set", "listen.loops=1", "--database-dsn", dsn,
            ] + arguments,
            environment: ["WAYPOST_TOKEN_SECRET": "a secret of the tests, of 32 bytes and more"]
        )
    }

    @Test(
        "A connection text that cannot be read is refused, and not repeated; exit code 2",
        arguments: ["hots=db password=hunter2", "hunter2", "postgres://a:hunter2@[::1"]
    )
    func unreadableDSN(dsn: String) async throws {
        for arguments in [
            ["--check"], [], ["--database-dsn", "host=db", "--set", "database.listen_dsn=\(dsn)"],
        ] {
            let command = try serve(arguments, dsn: dsn)
            #expect(try await command.exitCode() == 2)
            let key = arguments.count > 1 ? "database.listen_dsn" : "database.dsn"
            #expect(command.error.contains("\(key): is no connection text"))
            #expect(!(command.error + command.standard).contains("hunter2"))
        }
        let migrate = try await Command.run(["migrate", "--database-dsn", dsn])
        #expect(migrate.code == 2 && migrate.error.contains("database.dsn"))
        #expect(!migrate.error.contains("hunter2"))
    }

    @Test("TLS files that cannot be used are named with their key; exit code 2")
    func unusableFiles() async throws {
        for check in [["--check"], []] {
            let command = try serve(
                check + [
                    "--set", "listen.tls_certificate=/nowhere/c.pem", "--set",
                    "listen.tls_key=/nowhere/k.pem",
                ]
            )
            #expect(try await command.exitCode() == 2)
            #expect(command.error.contains("listen.tls_certificate: /nowhere/c.pem"))
        }
    }

    @Test("A host that nobody knows is named with its key; exit code 2")
    func unknownHost() async throws {
        for (key, flag) in [
            ("listen.host", ["--host", "nobody.invalid"]),
            ("admin.host", ["--set", "admin.host=nobody.invalid", "--set", "admin.token=x"]),
        ] {
            let command = try serve(flag)
            #expect(try await command.exitCode() == 2)
            #expect(command.error.contains("\(key): nobody.invalid"), "\(command.error)")
        }
    }

    @Test("A database that is not there, or lets nobody in, ends the start; exit code 1")
    func refusedLogin() async throws {
        try await TestDatabase.with { database in
            for (dsn, words) in [
                (database.superuserDSN + " dbname=nowhere", "database \"nowhere\" does not exist"),
                (database.dsn(user: "nobody_here"), "role \"nobody_here\" does not exist"),
            ] {
                let command = try serve([], dsn: dsn + " password=hunter2")
                #expect(try await command.exitCode() == 1)
                #expect(command.error.contains(words), "\(command.error)")
                #expect(!command.error.contains("hunter2"))
            }
        }
    }

    @Test("A migration that the database refuses is told in the database's own words")
    func refusedMigration() async throws {
        try await TestDatabase.with { database in
            try database.connect().execute(
                """
                CREATE ROLE no_superuser LOGIN CREATEROLE;
                GRANT CREATE ON DATABASE "\(database.name)" TO no_superuser;
                """
            )
            defer {
                try? database.connect().execute(
                    "DROP OWNED BY no_superuser; DROP ROLE no_superuser"
                )
            }
            try database.connect().execute("CREATE SCHEMA auth")
            let migrate = try await Command.run([
                "migrate", "--database-dsn", database.dsn(user: "no_superuser"),
            ])
            #expect(migrate.code == 1)
            let words = ["permission denied for schema auth", "bypassrls"]
            #expect(words.contains { migrate.error.contains($0) }, "\(migrate.error)")
        }
    }

    @Test("A database that nobody answers for is waited for")
    func away() async throws {
        let command = try serve([])
        defer { command.send(SIGKILL) }
        _ = try await command.errorLine("Listening")
        command.send(SIGTERM)
        #expect(try await command.exitCode() == 0)
    }

    @Test("A signal ends the process while the database keeps its answer to itself")
    func signalDuringChecks() async throws {
        try await TestDatabase.with(.demonstration) { database in
            let connection = try database.connect()
            try connection.execute("BEGIN; LOCK TABLE realtime.schema_migrations")
            let command = try serve([], dsn: database.waypostDSN)
            defer { command.send(SIGKILL) }
            let observer = try database.connect()
            let isWaiting = try await eventually {
                try observer.query(
                    """
                    SELECT FROM pg_stat_activity
                    WHERE application_name = 'waypost start' AND wait_event_type = 'Lock'
                    """
                ).count > 0
            }
            #expect(isWaiting)
            command.send(SIGTERM)
            #expect(try await command.exitCode(within: .seconds(3)) == 0)
            #expect(!command.isKilled)
        }
    }
}
