internal import Wire

/// The names of messages that mean something to a channel; all others are nil.
enum ChannelName {
    case broadcast
    case postgresChanges
    case reply
    case close
    case failure
    case system
    case presence

    /// Recognizes a name where it stands in a message.
    init?(_ message: Span<UInt8>, _ name: Range<Int>) {
        func means(_ text: [UInt8]) -> Bool { JSONWalk.equal(message, name, text) }
        switch name.count {
        case 6 where means(Self.systemText): self = .system
        case 9 where means(Self.broadcastText): self = .broadcast
        case 9 where means(Self.replyText): self = .reply
        case 9 where means(Self.closeText): self = .close
        case 9 where means(Self.failureText): self = .failure
        case 13 where means(Self.diffText): self = .presence
        case 14 where means(Self.stateText): self = .presence
        case 16 where means(Self.changesText): self = .postgresChanges
        default: return nil
        }
    }

    private static let systemText = Array(MessageName.system.rawValue.utf8)
    private static let broadcastText = Array(MessageName.broadcast.rawValue.utf8)
    private static let replyText = Array(MessageName.reply.rawValue.utf8)
    private static let closeText = Array(MessageName.close.rawValue.utf8)
    private static let failureText = Array(MessageName.failure.rawValue.utf8)
    private static let diffText = Array(MessageName.presenceDiff.rawValue.utf8)
    private static let stateText = Array(MessageName.presenceState.rawValue.utf8)
    private static let changesText = Array(MessageName.postgresChanges.rawValue.utf8)
}
