import Foundation
import Postgres
import TestSupport
import Testing
import Tokens

/// The commands that run and end, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct CommandsTests {
    @Test(
        "Help says what each command is for, with examples",
        arguments: [
            "serve", "dev", "migrate", "token", "tail", "version",
        ]
    )
    func help(name: String) async throws {
        for arguments in [[name, "--help"], ["help", name]] {
            let answer = try await Command.run(arguments)
            #expect(answer.code == 0)
            #expect(answer.standard.contains("OVERVIEW:"))
            #expect(answer.standard.contains("Example"))
            #expect(answer.standard.contains("waypost \(name)"))
        }
    }

    @Test("The command itself names all of them and the exit codes")
    func overview() async throws {
        let answer = try await Command.run(["--help"])
        #expect(answer.code == 0)
        for name in ["serve", "dev", "migrate", "token", "tail", "version", "Exit codes"] {
            #expect(answer.standard.contains(name))
        }
        #expect(try await Command.run(["nonsense"]).code == 64)
        #expect(try await Command.run(["serve", "--nonsense"]).code == 64)
        #expect(try await Command.run(["tail"]).code == 64)
    }

    @Test("The version is a line")
    func version() async throws {
        let answer = try await Command.run(["version"])
        #expect(answer.code == 0)
        #expect(answer.standard.firstMatch(of: /^\d+\.\d+\.\d+(-\w+)?\n$/) != nil)
        #expect(try await Command.run(["--version"]).standard == answer.standard)
    }

    @Test("A token verifies, names whom it was asked to, and lasts as long as it was asked to")
    func token() async throws {
        let secret = "a secret of the tests, of 32 bytes and more"
        let answer = try await Command.run(
            ["token", "--role", "service_role", "--sub", "somebody", "--expires-in", "15m"],
            environment: ["WAYPOST_TOKEN_SECRET": secret]
        )
        #expect(answer.code == 0)
        let now = Int64(Date.now.timeIntervalSince1970)
        let text = answer.standard.trimmingCharacters(in: .newlines)
        let claims = try TokenVerifier(secret: secret).verify(text, now: now)
        #expect(claims.role == "service_role" && claims.sub == "somebody")
        #expect((now + 840...now + 900).contains(claims.expiresAt))
    }

    @Test("A private key signs too, under its name; one that is none is named")
    func tokenByKey() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "waypost-\(UUID().uuidString).pem").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(Self.privateKey.utf8).write(to: URL(filePath: path))
        let answer = try await Command.run(["token", "--key", path, "--kid", "k", "--sub", "me"])
        #expect(answer.code == 0)
        let text = answer.standard.trimmingCharacters(in: .newlines)
        var keys = VerificationKeys()
        keys.add(try KeySet(pem: Array(Self.publicKey.utf8)))
        let now = Int64(Date.now.timeIntervalSince1970)
        #expect(try TokenVerifier(keys: keys).verify(text, now: now).sub == "me")
        for arguments in [["--key", "/nowhere"], ["--key", "/etc/hostname"], ["--kid", "k"]] {
            let wrong = try await Command.run(["token"] + arguments)
            #expect(wrong.code == 64 && wrong.standard.isEmpty, "\(arguments)")
        }
    }

    private static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIM/Xz0jXm6h7MF4fKYI8LZ7N3c+wPicBspb8JUjf4vPP
        -----END PRIVATE KEY-----
        """

    private static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEASEsoaxsb++oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM=
        -----END PUBLIC KEY-----
        """

    @Test("Without a secret, or with a short one, there is no token, and the key is named")
    func noToken() async throws {
        for environment in [[:], ["WAYPOST_TOKEN_SECRET": "short"]] {
            let answer = try await Command.run(["token"], environment: environment)
            #expect(answer.code == 2)
            #expect(answer.error.contains("token.secret"))
            #expect(answer.standard.isEmpty)
        }
        let secret = ["WAYPOST_TOKEN_SECRET": "a secret of the tests, of 32 bytes and more"]
        for duration in ["x", "5", "-1h", "0s", "9999999999999999999h", "h"] {
            let answer = try await Command.run(
                ["token", "--expires-in=\(duration)"],
                environment: secret
            )
            #expect(answer.code == 64, "\(duration)")
        }
    }

    @Test("migrate runs once, says so the second time, and a dry run changes nothing")
    func migrate() async throws {
        try await TestDatabase.with { database in
            let arguments = ["migrate", "--database-dsn", database.superuserDSN]
            func tableCount() throws -> String? {
                try database.connect().query(
                    "SELECT count(*) FROM pg_tables WHERE schemaname = 'realtime'"
                )[0, 0]
            }
            let dry = try await Command.run(arguments + ["--dry-run"])
            #expect(dry.code == 0)
            #expect(dry.standard.contains("CREATE TABLE"))
            #expect(dry.standard.contains("COMMIT"))
            #expect(try tableCount() == "0")
            let first = try await Command.run(arguments)
            #expect(first.code == 0)
            #expect(first.standard.hasPrefix("applied 1: "))
            #expect(try tableCount() != "0")
            let second = try await Command.run(arguments)
            #expect(second.code == 0)
            #expect(second.standard == "-- The schema is up to date.\n")
            let dryAgain = try await Command.run(arguments + ["--dry-run"])
            #expect(dryAgain.standard == "-- The schema is up to date.\n")
        }
    }

    @Test("What a dry run prints is what psql can run")
    func dryRunIsComplete() async throws {
        try await TestDatabase.with { database in
            let arguments = ["migrate", "--database-dsn", database.superuserDSN]
            let dry = try await Command.run(arguments + ["--dry-run"])
            try database.connect().execute(dry.standard)
            #expect(try await Command.run(arguments).standard == "-- The schema is up to date.\n")
        }
    }

    @Test("migrate keeps triggers in step with the publication, and a dry run prints them")
    func migratePublication() async throws {
        try await TestDatabase.with { database in
            let arguments = ["migrate", "--database-dsn", database.superuserDSN]
            #expect(try await Command.run(arguments).code == 0)
            let connection = try database.connect()
            try connection.execute(
                """
                CREATE TABLE public.todos (id int PRIMARY KEY);
                CREATE TABLE public.half (id int PRIMARY KEY, n int);
                CREATE PUBLICATION supabase_realtime FOR TABLE public.todos, public.half (n)
                """
            )
            func triggerCount() throws -> String? {
                try connection.query(
                    "SELECT count(*) FROM pg_trigger WHERE tgname ~ '^realtime_changes'"
                )[0, 0]
            }
            let dry = try await Command.run(arguments + ["--dry-run"])
            #expect(dry.code == 0 && dry.standard.contains("create or replace trigger"))
            #expect(dry.error.contains("public.half: the publication must list"))
            #expect(try triggerCount() == "0")
            let made = try await Command.run(arguments)
            #expect(made.standard.hasSuffix("made the triggers of public.todos\n"))
            #expect(try triggerCount() == "3")
            #expect(try await Command.run(arguments).standard == "-- The schema is up to date.\n")
            try connection.execute("ALTER PUBLICATION supabase_realtime DROP TABLE public.todos")
            let taken = try await Command.run(arguments)
            #expect(taken.standard.hasSuffix("took the triggers of public.todos away\n"))
            #expect(try triggerCount() == "0")
        }
    }

    @Test("migrate without a database is told which key is missing, or that nobody answers")
    func migrateNowhere() async throws {
        let missing = try await Command.run(["migrate"])
        #expect(missing.code == 2 && missing.error.contains("database.dsn"))
        let nobody = try await Command.run(["migrate", "--database-dsn", "host=/nowhere"])
        #expect(nobody.code == 1 && nobody.error.hasPrefix("waypost migrate: "))
    }

    @Test("tail at a gateway that is not there goes on trying; a URL that is none is wrong usage")
    func tailNowhere() async throws {
        let command = try Command(["tail", "trip:1", "--token", "x", "--url", "http://127.0.0.1:1"])
        _ = try await command.errorLine("trying again")
        command.send(SIGTERM)
        _ = try await command.exitCode()
        let wrong = try await Command.run(["tail", "trip:1", "--token", "x", "--url", "nonsense"])
        #expect(wrong.code == 64)
    }
}
