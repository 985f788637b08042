import Outbox
import Postgres

/// Whether the database is one that a node can serve from: asked once, as soon as it answers.
struct Suitability: Sendable {
    let dsn: String
    let allowedRoles: [String]

    init(_ configuration: GatewayConfiguration) {
        dsn = configuration.values.text(.databaseDSN)
        allowedRoles = configuration.values.list(.tokenAllowedRoles)
    }

    /// What speaks against the database, a sentence each; nil while it cannot be reached.
    func problems() -> [String]? {
        do {
            let connection = try PostgresConnection(
                ConnectionString(dsn, applicationName: "waypost start")
            )
            return try StartupChecks(allowedRoles: allowedRoles)
                .problems(on: connection).map { "\($0)" }
        } catch {
            return nil
        }
    }

    /// Asks again every second until the database answers, or the task is cancelled.
    func problemsOnceReachable() async -> [String] {
        while !Task.isCancelled {
            if let problems = problems() { return problems }
            try? await Task.sleep(for: .seconds(1))
        }
        return []
    }
}
