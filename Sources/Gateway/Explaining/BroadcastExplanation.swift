import Authorization
import Hub
import Topics
import Wire

/// Whether a broadcast of some name would be taken from a channel, and which limits it has.
struct BroadcastExplanation {
    /// Why it would not be taken; nil where it would be.
    enum Reason: String {
        case notAllowed = "not_allowed"
        case nameNotListed = "name_not_listed"
        case tokenStream = "token_stream"
    }

    let name: String
    let reason: Reason?
    private let rules: BroadcastRules?

    /// Looks at rights, the topic's file and the names that streams of tokens have.
    init(_ name: String, _ explanation: Explanation, streams: StreamRules) {
        self.name = name
        rules = explanation.family?.broadcast
        if !explanation.verdict.broadcastWrite {
            reason = .notAllowed
        } else if let names = rules?.names,
            !names.contains(where: { $0.utf8.elementsEqual(name.utf8) })
        {
            reason = .nameNotListed
        } else if rules?.names == nil, streams.refuses(name) {
            reason = .tokenStream
        } else {
            reason = nil
        }
    }

    var lines: [String] {
        let answer =
            switch reason {
            case nil: "yes: this broadcast is taken"
            case .notAllowed: "no : this broadcast is refused, as no rule lets the caller send"
            case .nameNotListed:
                "no : this broadcast is refused, as the topic file does not list it"
            case .tokenStream: "no : this broadcast is refused by broadcasts.stream_names"
            }
        return [answer] + limits.map { "  \($0)" }
    }

    var json: JSON {
        .object([
            JSON.Member(key: "name", value: .string(name)),
            JSON.Member(key: "accepted", value: .bool(reason == nil)),
            JSON.Member(key: "reason", value: reason.map { .string($0.rawValue) } ?? .null),
            JSON.Member(
                key: "max_bytes",
                value: rules?.byteCountMax.map { .number("\($0)") } ?? .null
            ),
            JSON.Member(
                key: "per_second",
                value: rules?.countPerSecondMax.map { .number("\($0)") } ?? .null
            ),
        ])
    }

    private var limits: [String] {
        [
            rules?.byteCountMax.map { "at most \($0) bytes of payload" },
            rules?.countPerSecondMax.map { "at most \($0) broadcasts a second of one channel" },
        ].compactMap { $0 }
    }
}
