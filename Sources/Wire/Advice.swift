/// What whoever receives a refusal, a notice or a close does next.
public enum Advice: String, CaseIterable, Sendable {
    /// Nothing is wrong.
    case nothing = "Nothing."

    /// Official libraries connect again by themselves.
    case reconnect = "Connect again, with growing pauses, and join again."

    /// The condition passes by itself.
    case rejoinLater = "Join again, with growing pauses."

    /// The message was lost; the channel is as it was.
    case sendLess = "Send less at a time; the channel stays."

    /// The request was lost, and nothing of it was sent.
    case sendLater = "Send it again, with growing pauses; nothing was sent."

    /// The request was lost because of its size.
    case sendFewer = "Send fewer messages in one request; nothing was sent."

    /// Only a new token helps.
    case renewToken = "Get a new token first."

    /// Somebody has to grant something.
    case gainAccess = "Do not repeat until access has been granted."

    /// The program that connects has to change.
    case correct = "Do not repeat as it is: correct what was sent."

    /// The gateway's configuration has to change.
    case configure = "Tell the operator: keys of gateway and issuer do not fit."

    /// What the channel showed may be out of date.
    case reload = "Load anew what the channel shows."

    /// Whether the same thing, done again without a change, may succeed.
    public var mayRepeat: Bool {
        switch self {
        case .nothing, .reconnect, .rejoinLater, .sendLess, .sendLater, .sendFewer, .reload: true
        case .renewToken, .gainAccess, .correct, .configure: false
        }
    }
}
