public import Postgres
public import Topics

/// Why a contract could not be compared with a database, or not be brought into it.
public enum ContractSchemaFailure: Error, Hashable, Sendable {
    /// Files and database disagree in a way that no SQL of ours mends; nothing was changed.
    case disagreements([TopicProblem])
    /// The database has no schema `realtime`, or an old one: it has to be migrated first.
    case schemaMissing
    /// Somebody kept a table, or applied topics, for longer than was waited; nothing was changed.
    case busy(object: String)
    /// The database refused a step; nothing was changed.
    case refused(object: String, place: SourcePlace?, PostgresError)
    /// Objects that are different again after they were made; nothing was changed.
    case unsettled(objects: [String])
    /// The catalog could not be read, or the connection was lost.
    case connection(PostgresError)

    /// Whether two failures say the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.description == right.description
    }

    /// Feeds what is said into the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension ContractSchemaFailure: CustomStringConvertible {
    /// What happened and what to do; of several problems one in each line.
    public var description: String {
        switch self {
        case .disagreements(let problems): problems.map(\.description).joined(separator: "\n")
        case .schemaMissing:
            "the database has no schema realtime of this version: run waypost migrate"
        case .busy(let object):
            "\(object) is in use by somebody else for too long; nothing was changed: try again"
        case .refused(let object, let place, let error):
            (place.map { "\($0): " } ?? "") + "\(object): \(error)"
        case .unsettled(let objects):
            "these are different again as soon as they are made, so something else changes them; "
                + "nothing was changed: \(objects.joined(separator: ", "))"
        case .connection(let error): "\(error)"
        }
    }
}

extension ContractSchemaFailure {
    /// What ``description`` says, with the database's own words, for a person at a terminal.
    ///
    /// They may hold names and values, which must not get into a log.
    public var advice: String {
        switch self {
        case .refused(_, _, let error), .connection(let error):
            [description, error.serverMessage].compactMap { $0 }.joined(separator: ": ")
        case .disagreements, .schemaMissing, .busy, .unsettled: description
        }
    }
}
