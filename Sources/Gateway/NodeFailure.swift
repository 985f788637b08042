public import Topics
import WebSocketServer

/// Why a node cannot start.
public enum NodeFailure: Error, CustomStringConvertible {
    /// A listener cannot be opened.
    case cannotListen(LoopFailure)

    /// The process may not open as many files as it takes to start.
    case outOfDescriptors

    /// A setting cannot be used, such as a host that nobody knows.
    case settingUnusable(ConfigurationProblems)

    /// The database is none that the node can serve from; a sentence for each reason.
    case databaseUnsuitable([String])

    /// Topic files are wrong, or the database does not fit them; everything that is wrong.
    case topicsUnusable([TopicProblem])

    /// The database answers, and does not let the node in; its own words.
    case databaseRefused(String)

    /// What went wrong with a listener, in words.
    public struct LoopFailure: Sendable, CustomStringConvertible {
        /// A sentence that says what to do.
        public let description: String
    }

    /// Whether the configuration has to change, rather than the world around the node.
    public var isConfiguration: Bool {
        switch self {
        case .cannotListen, .outOfDescriptors, .databaseRefused: false
        case .settingUnusable, .databaseUnsuitable, .topicsUnusable: true
        }
    }

    /// What went wrong, a line for each thing.
    public var description: String {
        switch self {
        case .cannotListen(let failure): failure.description
        case .outOfDescriptors:
            "too few file descriptors to start; raise the limit (ulimit -n)"
        case .settingUnusable(let problems): problems.description
        case .databaseUnsuitable(let reasons): reasons.joined(separator: "\n")
        case .topicsUnusable(let problems):
            (["topics.folder: the topic files cannot be served"] + problems.map(\.description))
                .joined(separator: "\n")
        case .databaseRefused(let words):
            "the database refuses this login: \(words); see database.dsn"
        }
    }

    init(_ error: LoopError, in configuration: GatewayConfiguration) {
        if let key = error.key(in: configuration) {
            let problem = "\(key.rawValue): \(error)"
            self = .settingUnusable(ConfigurationProblems(problems: [problem]))
            return
        }
        let advice =
            switch error {
            case .portTaken:
                "; set listen.port (or admin.port) to another, or end what listens there"
            default: ""
            }
        self = .cannotListen(LoopFailure(description: "\(error)\(advice)"))
    }
}
