/// Why the gateway ends a connection, as the number in the close frame.
public enum CloseCode: UInt16, CaseIterable, Sendable {
    /// The connection was silent, or ended at its own wish.
    case normal = 1000

    /// The connection asked for too much and shall come back later.
    case goingAway = 1001

    /// A frame broke RFC 6455.
    case protocolError = 1002

    /// A text message that is not UTF-8.
    case invalidText = 1007

    /// A message over the limit.
    case messageTooBig = 1009

    /// The gateway ends or starts anew.
    case serviceRestart = 1012

    /// The gateway cannot serve the connection for now.
    case tryAgainLater = 1013

    /// When the gateway closes with this code.
    public var meaning: String {
        switch self {
        case .normal: "No frame came for 60 seconds, or the other side closed."
        case .goingAway: "Too many joins or messages per second came from the connection."
        case .protocolError: "A frame was not as RFC 6455 has it."
        case .invalidText: "A text message was not UTF-8."
        case .messageTooBig: "A message was longer than the limit, 5,000,000 bytes by default."
        case .serviceRestart: "The gateway ends or starts anew, after a `system` message."
        case .tryAgainLater:
            "The connection read too slowly and its queue was full, or the gateway is full."
        }
    }

    /// What whoever was connected does next.
    public var advice: Advice {
        switch self {
        case .normal, .goingAway, .serviceRestart, .tryAgainLater: .reconnect
        case .protocolError, .invalidText, .messageTooBig: .correct
        }
    }

    /// Whether connecting again is expected to help.
    public var shouldReconnect: Bool { advice == .reconnect }

    /// Every code with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = allCases.map { code in
        CatalogueEntry(
            code: String(code.rawValue),
            text: String(describing: code),
            meaning: code.meaning,
            advice: code.advice
        )
    }
}
