/// What is counted against a rate, over several connections at a time.
public enum RateKind: Int, CaseIterable, Sendable {
    /// Handshakes, joins, and new tokens of channels.
    case joins

    /// Messages on channels, and what a request broadcasts.
    case messages

    /// Bytes of messages.
    case bytes

    /// Calls to track and untrack.
    case presence

    /// Requests to broadcast.
    case requests

    /// Messages in such requests.
    case requestMessages

    /// What metrics call it.
    public var name: String {
        switch self {
        case .joins: "joins"
        case .messages: "messages"
        case .bytes: "bytes"
        case .presence: "presence"
        case .requests: "requests"
        case .requestMessages: "request_messages"
        }
    }
}

/// Whose connections are counted together.
public enum LimitScope: String, CaseIterable, Sendable {
    /// One connection.
    case connection

    /// Everybody whose token names the same `sub`.
    case user

    /// Everybody who comes from the same address.
    case address

    /// Everybody who came by the same token or key.
    case key

    /// The whole node.
    case node
}
