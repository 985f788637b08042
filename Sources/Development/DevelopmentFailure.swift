public import Postgres

/// Why the development environment cannot be had; `description` says what to do about it.
public enum DevelopmentFailure: Error, CustomStringConvertible, Sendable {
    /// The folder with the domain's SQL has none.
    case noScripts(folder: String)

    /// The domain's topic files are wrong; each problem in a line.
    case topicFiles(reason: String)

    /// Something did not work in the private database.
    case databaseFailed(step: String, reason: String)

    /// What went wrong.
    public var description: String {
        switch self {
        case .noScripts(let folder):
            "no .sql files in \(folder): run it in the checkout, or name the folder with --topics"
        case .topicFiles(let reason): "the topic files are wrong:\n\(reason)"
        case .databaseFailed(let step, let reason):
            "could not \(step) in the private database: \(reason)"
        }
    }
}

extension PostgresError {
    /// What went wrong, for the person at the terminal, who owns the database.
    public var advice: String {
        [description, serverMessage].compactMap { $0 }.joined(separator: ": ")
    }
}
