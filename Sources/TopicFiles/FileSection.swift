/// The mappings of a topic file, and which keys each may have.
///
/// The reader knows no key but these; `topics/schema.json` is held to them by a test.
enum FileSection: CaseIterable {
    case file
    case parameter
    case members
    case memberPresence
    case dependency
    case change
    case columns
    case broadcast
    case presence
    case limits

    /// The keys, in the order in which files have them.
    var keys: [String] {
        switch self {
        case .file:
            [
                "topic", "summary", "parameters", "members", "changes", "broadcast", "presence",
                "retention", "limits",
            ]
        case .parameter: ["type", "pattern"]
        case .members: ["roles", "read", "write", "presence", "class", "depends_on"]
        case .memberPresence: ["read", "write"]
        case .dependency: ["table", "key", "member", "columns"]
        case .change: ["table", "key", "events", "columns", "when"]
        case .columns: ["only", "except"]
        case .broadcast: ["events", "max_bytes", "rate"]
        case .presence: ["enabled", "grace"]
        case .limits: ["channels"]
        }
    }

    /// The keys without which a mapping says nothing.
    var requiredKeys: [String] {
        switch self {
        case .file: ["topic", "parameters", "members"]
        case .parameter: ["type"]
        case .members: ["read"]
        case .change: ["table", "key"]
        case .dependency: ["table"]
        case .memberPresence, .columns, .broadcast, .presence, .limits: []
        }
    }

    /// What people call the mapping.
    var title: String {
        switch self {
        case .file: "a topic file"
        case .parameter: "a parameter's type"
        case .members: "members"
        case .memberPresence: "members.presence"
        case .dependency: "an entry of depends_on"
        case .change: "an entry of changes"
        case .columns: "columns"
        case .broadcast: "broadcast"
        case .presence: "presence"
        case .limits: "limits"
        }
    }
}
