/// The mappings of a scenario file, and which keys each may have.
enum ScenarioSection: Hashable {
    case file
    case parameter
    case timing
    case population
    case topic
    case action
    case writer

    /// The keys, in the order in which files have them.
    var keys: [String] {
        switch self {
        case .file:
            [
                "summary", "parameters", "timing", "gateway", "objectives", "setup", "teardown",
                "populations", "writers",
            ]
        case .parameter: ["default", "summary"]
        case .timing: ["connect_rate", "warmup", "duration", "drain"]
        case .population:
            [
                "count", "group_size", "first_group", "role", "sub", "serializers", "topics",
                "actions",
            ]
        case .topic: ["topic", "private", "self", "ack", "presence", "replay", "unmarked"]
        case .action:
            ActionKind.allCases.map(\.rawValue) + ActionKind.commonKeys + ActionKind.ownKeys
        case .writer: ["population", "topic", "rate", "connections", "sql"]
        }
    }

    /// The keys without which a mapping says nothing.
    var requiredKeys: [String] {
        switch self {
        case .file: ["summary", "timing", "populations"]
        case .parameter: ["default", "summary"]
        case .timing: ["connect_rate", "duration"]
        case .population: ["count", "topics"]
        case .topic: ["topic"]
        case .writer: ["population", "topic", "rate", "sql"]
        case .action: []
        }
    }

    /// What people call the mapping.
    var title: String {
        switch self {
        case .file: "a scenario"
        case .parameter: "a parameter"
        case .timing: "timing"
        case .population: "a population"
        case .topic: "an entry of topics"
        case .action: "an action"
        case .writer: "a writer"
        }
    }
}

/// The key that says what an action is.
enum ActionKind: String, CaseIterable {
    case broadcast
    case track
    case rejoin
    case reconnect
    case refreshToken = "refresh_token"
    case pauseReading = "pause_reading"

    /// The keys of every action.
    static let commonKeys = ["every", "share"]

    /// The keys that only some kinds have.
    static let ownKeys = ["to", "bytes", "in_flight", "pause"]

    /// The keys beside its own name and the common ones.
    var keys: [String] {
        switch self {
        case .broadcast: ["to", "bytes", "in_flight"]
        case .rejoin, .reconnect: ["pause"]
        case .track, .refreshToken, .pauseReading: []
        }
    }
}
