import WebSocketServer

/// Why a node cannot start.
public enum NodeFailure: Error, CustomStringConvertible {
    /// A listener cannot be opened.
    case cannotListen(LoopFailure)

    /// The process may not open as many files as it takes to start.
    case outOfDescriptors

    /// The database is none that the node can serve from; a sentence for each reason.
    case databaseUnsuitable([String])

    /// What went wrong with a listener, in words.
    public struct LoopFailure: Sendable, CustomStringConvertible {
        /// A sentence that says what to do.
        public let description: String
    }

    /// Whether the configuration has to change, rather than the world around the node.
    public var isConfiguration: Bool {
        switch self {
        case .cannotListen, .outOfDescriptors: false
        case .databaseUnsuitable: true
        }
    }

    /// What went wrong, a line for each thing.
    public var description: String {
        switch self {
        case .cannotListen(let failure): failure.description
        case .outOfDescriptors:
            "too few file descriptors to start; raise the limit (ulimit -n)"
        case .databaseUnsuitable(let reasons): reasons.joined(separator: "\n")
        }
    }

    init(_ error: LoopError) {
        let advice =
            switch error {
            case .portTaken:
                "; set listen.port (or admin.port) to another, or end what listens there"
            default: ""
            }
        self = .cannotListen(LoopFailure(description: "\(error)\(advice)"))
    }
}
