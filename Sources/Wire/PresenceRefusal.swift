/// Why a `track` or an `untrack` is refused; the channel stays as it is.
public enum PresenceRefusal: String, CaseIterable, Hashable, Sendable {
    /// The connection tracks and untracks too often.
    case rateExceeded = "rate"

    /// All of the node has more presence than it may.
    case nodeRateExceeded = "node_rate"

    /// The topic shows as many keys as it may.
    case tooManyKeys = "keys"

    /// The key shows as many entries as it may.
    case tooManyMetas = "metas"

    /// What the topic shows would be too long altogether.
    case topicTooLarge = "topic_bytes"

    /// What is to be shown is too long.
    case payloadTooLarge = "payload_bytes"

    /// What is to be shown is no object.
    case malformed

    /// The message asks for neither of the two.
    case unknownCall = "unknown_call"

    /// The policies do not let this person be seen.
    case notAllowed = "not_allowed"

    /// The topic's file says that there is no presence.
    case notServed = "not_served"

    /// Public channels carry no presence here.
    case publicChannel = "public_channel"

    /// The loop that keeps the topic's presence has no room for another letter.
    case unavailable

    /// The exact text that the reply carries; nil where it carries none, as libraries know it.
    public var reason: String? {
        switch self {
        case .rateExceeded, .tooManyKeys, .tooManyMetas, .topicTooLarge:
            "Client presence rate limit exceeded"
        case .nodeRateExceeded: "Too many presence messages per second"
        case .payloadTooLarge: "Track message size exceeded"
        case .malformed: "Presence track payload must be a map"
        case .unknownCall, .notAllowed, .notServed, .publicChannel, .unavailable: nil
        }
    }

    /// The response of the error reply.
    public var response: JSONText {
        guard let reason else { return .emptyObject }
        var object = JSONObjectWriter(byteCount: 64)
        object.append("reason", string: reason)
        return object.finish()
    }

    /// What whoever gets it does next.
    public var advice: Advice {
        switch self {
        case .rateExceeded, .nodeRateExceeded, .tooManyKeys, .tooManyMetas, .topicTooLarge,
            .payloadTooLarge, .unavailable:
            .sendLess
        case .malformed, .unknownCall, .notServed, .publicChannel: .correct
        case .notAllowed: .gainAccess
        }
    }

    private var meaning: String {
        switch self {
        case .rateExceeded:
            "The connection, or its user, its address or its key, tracked and untracked more often "
                + "within the window than it may."
        case .nodeRateExceeded:
            "Calls to track and untrack, states and diffs of all the node are more than "
                + "`limits.node.presence_per_second`."
        case .tooManyKeys: "The topic already shows as many keys as it may."
        case .tooManyMetas: "As many channels as may are already present under the key."
        case .topicTooLarge: "All that the topic shows would be longer than it may be."
        case .payloadTooLarge: "The tracked object is longer than it may be."
        case .malformed: "What is to be tracked is no object."
        case .unknownCall: "The message asks neither to track nor to untrack."
        case .notAllowed: "No policy lets this person be present in the topic."
        case .notServed: "The topic's file says that the topic has no presence."
        case .publicChannel: "The channel is public, and public channels carry no presence."
        case .unavailable: "The gateway is too busy to take it."
        }
    }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = allCases.map { refusal in
        CatalogueEntry(
            code: String(describing: refusal),
            text: refusal.reason ?? "(empty)",
            meaning: refusal.meaning,
            advice: refusal.advice
        )
    }
}
