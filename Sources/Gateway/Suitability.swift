import Locking
import Outbox
import Postgres
import TopicFiles
import Topics

/// Whether the database is one that a node can serve from: asked once, as soon as it answers.
struct Suitability: Sendable {
    let dsn: String
    let allowedRoles: [String]
    private let topicsFolder: String
    private let topicFit: TopicFit

    init(_ configuration: GatewayConfiguration) {
        topicsFolder = configuration.values.text(.topicsFolder)
        topicFit = TopicFit(configuration)
        dsn = configuration.values.text(.databaseDSN)
        allowedRoles = configuration.values.list(.tokenAllowedRoles)
    }

    /// What the database said.
    enum Finding: Sendable {
        /// It cannot be reached, or takes too long to answer.
        case away
        case suitable
        case unsuitable(NodeFailure)
    }

    /// How long one question may take; a lock on the schema holds the first up.
    private static let deadline: Duration = .seconds(5)

    /// Asks on a thread of its own, since the answer may take as long as the database likes.
    func ask() async -> Finding {
        await withCheckedContinuation { continuation in
            _ = WorkThread(name: "start-checks") { continuation.resume(returning: finding()) }
        }
    }

    /// Asks again every second until the database answers.
    ///
    /// - Returns: Why the node cannot serve from it; nil when it can, or on cancellation.
    func failureOnceReachable() async -> NodeFailure? {
        while !Task.isCancelled {
            switch await ask() {
            case .away: try? await Task.sleep(for: .seconds(1))
            case .suitable: return nil
            case .unsuitable(let failure): return failure
            }
        }
        return nil
    }

    private func finding() -> Finding {
        let contract: TopicContract
        do throws(TopicFilesFailure) {
            contract = topicsFolder.isEmpty ? .none : try TopicFiles.read(folder: topicsFolder)
        } catch {
            return .unsuitable(.topicsUnusable(error.problems))
        }
        let finding = databaseFinding()
        guard case .suitable = finding else { return finding }
        switch topicFit.find(contract) {
        case .away: return .away
        case .fits: return .suitable
        case .unfit(let problems): return .unsuitable(.topicsUnusable(problems))
        }
    }

    private func databaseFinding() -> Finding {
        do {
            let connection = try PostgresConnection(
                ConnectionString(dsn, applicationName: "waypost start")
            )
            connection.statementDeadline = Self.deadline
            let problems = try StartupChecks(allowedRoles: allowedRoles).problems(on: connection)
            guard !problems.isEmpty else { return .suitable }
            return .unsuitable(.databaseUnsuitable(problems.map { "\($0)" }))
        } catch {
            return error.meansRefusedLogin
                ? .unsuitable(.databaseRefused(error.loginRefusal)) : .away
        }
    }
}

extension PostgresError {
    /// Whether the database answered that it has no such database, or lets nobody in like this.
    ///
    /// Waiting does not help then: somebody has to change the configuration or the database.
    fileprivate var meansRefusedLogin: Bool {
        guard operation == .connect, let sqlState else { return false }
        return sqlState == "3D000" || sqlState.hasPrefix("28")
    }

    /// The database's own words without the place in its source.
    fileprivate var loginRefusal: String {
        let line = (serverMessage ?? "").split(separator: "\n").first.map(String.init) ?? "\(self)"
        guard let sqlState, let code = line.firstRange(of: "\(sqlState): ") else { return line }
        return "\(line[code.upperBound...]) (SQLSTATE \(sqlState))"
    }
}
