import Postgres
import TestSupport
import Testing

/// `waypost migrate`, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct MigrateTests {
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

    @Test("migrate gives tables that policies read their triggers, and a dry run prints them")
    func migratePolicies() async throws {
        try await TestDatabase.with { database in
            let arguments = ["migrate", "--database-dsn", database.superuserDSN]
            #expect(try await Command.run(arguments + ["--dry-run"]).code == 0)
            #expect(try await Command.run(arguments).code == 0)
            let connection = try database.connect()
            try connection.execute(
                """
                CREATE TABLE public.guests (topic text PRIMARY KEY);
                CREATE POLICY guests ON realtime.messages FOR SELECT
                    USING (EXISTS (SELECT FROM public.guests g WHERE g.topic = realtime.topic()))
                """
            )
            let dry = try await Command.run(arguments + ["--dry-run"])
            #expect(dry.standard.contains("create or replace trigger realtime_memberships_delete"))
            let made = try await Command.run(arguments)
            #expect(made.standard.hasSuffix("made the triggers of public.guests for memberships\n"))
            #expect(try await Command.run(arguments).standard == "-- The schema is up to date.\n")
            try connection.execute("DROP POLICY guests ON realtime.messages")
            let taken = try await Command.run(arguments)
            #expect(
                taken.standard.hasSuffix(
                    "took the triggers of public.guests for memberships away\n"
                )
            )
        }
    }

    @Test("migrate without a database is told which key is missing, or that nobody answers")
    func migrateNowhere() async throws {
        let missing = try await Command.run(["migrate"])
        #expect(missing.code == 2 && missing.error.contains("database.dsn"))
        let nobody = try await Command.run(["migrate", "--database-dsn", "host=/nowhere"])
        #expect(nobody.code == 1 && nobody.error.hasPrefix("waypost migrate: "))
    }
}
