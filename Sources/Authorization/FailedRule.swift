/// Why an answer is no although no policy said so.
///
/// It names policies and SQLSTATEs, never values: it may stand in a log.
public enum FailedRule: Hashable, Sendable {
    /// The policy raised an error; what depends on it is denied.
    case policy(name: String, sqlState: String)
    /// An error came up while the policies were put together or before the first was asked: the
    /// claims are no JSON, for example.
    case preparation(sqlState: String)
    /// What tells the class of readers raised an error, or said something that is no class's name;
    /// there is no class then.
    case readerClass(sqlState: String)
    /// The role is none of those that tokens may ask for.
    case roleNotAllowed
    /// The role does not exist in the database.
    case roleUnknown
    /// The gateway's login may not act as the role.
    case roleNotGranted
    /// The role's name, the claims or the headers hold a NUL.
    case textContainsNUL

    /// The failure's name in logs and explanations, such as `role_unknown`.
    public var code: String {
        switch self {
        case .policy: "policy_failed"
        case .preparation: "preparation_failed"
        case .readerClass: "reader_class_failed"
        case .roleNotAllowed: "role_not_allowed"
        case .roleUnknown: "role_unknown"
        case .roleNotGranted: "role_not_granted"
        case .textContainsNUL: "text_contains_nul"
        }
    }
}

extension FailedRule {
    /// The place that a failure has which came after all rules.
    static let classPlace = -2

    /// Reads what a role's function noted: `22P02/1 ` for each failure, a SQLSTATE and a place.
    static func list(_ notes: String, policyNames: [String]) -> [FailedRule] {
        var failures: [FailedRule] = []
        for note in notes.split(separator: " ") {
            let parts = note.split(separator: "/")
            guard parts.count == 2, let place = Int(parts[1]) else { continue }
            let sqlState = String(parts[0])
            let failure: FailedRule =
                if policyNames.indices.contains(place) {
                    .policy(name: policyNames[place], sqlState: sqlState)
                } else if place == classPlace {
                    .readerClass(sqlState: sqlState)
                } else {
                    .preparation(sqlState: sqlState)
                }
            if !failures.contains(failure) { failures.append(failure) }
        }
        return failures
    }
}
