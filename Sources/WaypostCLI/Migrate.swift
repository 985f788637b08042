import ArgumentParser
import Development
import Gateway
import Observation
import Outbox
import Postgres

/// `waypost migrate`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a database's schema realtime to this version.",
        discussion: """
            Runs with an administrator's DSN: it makes roles, schema realtime and the login \
            `waypost` that `serve` uses. Each migration is one transaction; running it again does \
            nothing. Existing roles and functions of schema auth are left alone.

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
        do {
            try migrate(Migrator(connection: connection), log: LogObserver(values))
        } catch {
            Terminal.warn("waypost migrate: \(error)" + Self.words(of: error))
            throw ExitCode.failure
        }
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
