import ArgumentParser
import Development
import Gateway
import Observation
import Outbox
import Postgres
import PublishedTables
import Topics

/// `waypost migrate`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a database's schema realtime to this version.",
        discussion: """
            Runs with an administrator's DSN: it makes roles, schema realtime and the login \
            `waypost` that `serve` uses. Each migration is one transaction; running it again does \
            nothing. Existing roles and functions of schema auth are left alone.

            Tables of the publication supabase_realtime get the triggers that postgres_changes \
            needs, and tables that it no longer lists lose them. Run it again after each ALTER \
            PUBLICATION, or GRANT TRIGGER on such tables to `waypost` and let `serve` do it.

            Tables that the policies on realtime.messages read, and that no topic file speaks of, \
            get triggers by which a change there is noticed at once by those whose membership it \
            may have changed. Run it again when policies begin to read other tables.

            Examples:
              waypost migrate --database-dsn "host=db user=postgres dbname=app"
              waypost migrate --database-dsn "…" --dry-run > migration.sql
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(name: .long, help: "Print the SQL that is missing, and change nothing.")
    var dryRun = false

    func run() async throws {
        let values = try await options.load()
        let dsn = values.text(.databaseDSN)
        guard !dsn.isEmpty else {
            Terminal.warn(
                "configuration: database.dsn: is required; give --database-dsn or set "
                    + ConfigurationKey.databaseDSN.environmentName
            )
            throw ExitCode.configuration
        }
        let string = ConnectionString(dsn, applicationName: "waypost migrate")
        guard string.isReadable else {
            Terminal.warn("configuration: database.dsn: is no connection text of PostgreSQL")
            throw ExitCode.configuration
        }
        let connection: PostgresConnection
        do {
            connection = try PostgresConnection(string)
        } catch {
            Terminal.warn("waypost migrate: \(error.advice)")
            throw ExitCode.failure
        }
        let neverSent: NeverSent
        do {
            neverSent = try NeverSent(parsing: values.list(.changesNeverSent))
        } catch {
            Terminal.warn(
                "configuration: changes.never_sent: \(error.entry) is neither schema.table nor "
                    + "schema.table.column"
            )
            throw ExitCode.configuration
        }
        do {
            try migrate(Migrator(connection: connection), log: LogObserver(values))
        } catch {
            Terminal.warn("waypost migrate: \(error)" + Self.words(of: error))
            throw ExitCode.failure
        }
        try bringInStep(PublicationTriggers(neverSent: neverSent), connection)
        try bringInStep(PolicyTriggers(), connection)
    }

    /// Gives the publication's tables their triggers, and says which cannot be served.
    private func bringInStep(
        _ triggers: PublicationTriggers,
        _ connection: PostgresConnection
    ) throws {
        do {
            let review = try triggers.review(on: connection)
            for problem in review.problems { Terminal.warn("postgres_changes: \(problem)") }
            if dryRun {
                if !review.isInStep { Terminal.say(review.sql) }
                return
            }
            let failures = try triggers.apply(review, on: connection)
            try tell(
                "postgres_changes",
                "",
                made: review.missing.map(\.definition.table),
                removed: review.superfluous,
                failures: failures
            )
        } catch let error as PostgresError {
            Terminal.warn("waypost migrate: \(error.advice)")
            throw ExitCode.failure
        }
    }

    /// Gives the tables that policies read their triggers.
    private func bringInStep(
        _ triggers: PolicyTriggers,
        _ connection: PostgresConnection
    ) throws {
        do {
            let review = try triggers.review(on: connection)
            for table in review.closed {
                Terminal.warn(
                    "memberships: \(table): its triggers are missing, and this login may not make "
                        + "them; what changes there is noticed within a minute only"
                )
            }
            if dryRun {
                if !review.isInStep { Terminal.say(review.sql) }
                return
            }
            try tell(
                "memberships",
                " for memberships",
                made: review.missing.map(\.table),
                removed: review.superfluous,
                failures: try triggers.apply(review, on: connection)
            )
        } catch let error as PostgresError {
            Terminal.warn("waypost migrate: \(error.advice)")
            throw ExitCode.failure
        }
    }

    /// Says which triggers were made and taken away, and what for; fails where some were not.
    private func tell(
        _ purpose: String,
        _ suffix: String,
        made: [TableName],
        removed: [TableName],
        failures: [(table: TableName, error: PostgresError)]
    ) throws {
        for (table, error) in failures {
            Terminal.warn("\(purpose): \(table): \(error.advice)")
        }
        let failed = Set(failures.map(\.table))
        for table in made where !failed.contains(table) {
            Terminal.say("made the triggers of \(table)\(suffix)")
        }
        for table in removed where !failed.contains(table) {
            Terminal.say("took the triggers of \(table)\(suffix) away")
        }
        if !failures.isEmpty { throw ExitCode.failure }
    }

    /// What the database itself said to a migration, for the administrator at the terminal.
    private static func words(of failure: MigrationFailure) -> String {
        guard case .refused(_, let error) = failure, let message = error.serverMessage else {
            return ""
        }
        return ": \(message)"
    }

    private func migrate(_ migrator: Migrator, log: LogObserver) throws(MigrationFailure) {
        let plan = try migrator.plan()
        if plan.isEmpty {
            Terminal.say("-- The schema is up to date.")
        } else if dryRun {
            Terminal.say(plan.map(\.transaction).joined(separator: "\n"))
        } else {
            for migration in try migrator.apply(observe: log.observe) {
                Terminal.say("applied \(migration.version): \(migration.name)")
            }
        }
    }
}
