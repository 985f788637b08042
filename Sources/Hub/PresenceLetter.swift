public import Presence
public import Topics
public import Wire

/// What the loops of a node tell each other about presence.
///
/// Each topic's presence is kept by one loop. Channels' loops tell it what their channels want; it
/// tells them what to say to their channels. Letters between two loops stay in order.
public enum PresenceLetter: Sendable {
    /// To the keeper: a channel wants to be shown; the reference is that of its message.
    case track(PresenceTracking, ref: JSONText)

    /// To the keeper: a channel wants to be shown no more, or has ended.
    case untrack(PresenceHolder, TopicKey)

    /// To the keeper: a channel's connection was lost.
    case lost(PresenceHolder, TopicKey, at: ContinuousClock.Instant)

    /// To the keeper: a channel is to be told the state, and all diffs from then on.
    case watch(PresenceHolder, TopicKey)

    /// From the keeper: what came of a wish to be shown.
    case tracked(channel: UInt64, ref: JSONText, PresenceOutcome)

    /// From the keeper: the state for the channels that wait for it; also for those that have had
    /// one, where diffs for this loop were lost.
    case state(TopicKey, JSONText, channels: [UInt64], isForAll: Bool)

    /// From the keeper: a diff for every channel that is told of presence.
    case diff(RelayedBroadcast)

    /// What it weighs in a mailbox, in bytes.
    public var byteCount: Int {
        switch self {
        case .track(let wish, let ref):
            256 + 2 * wish.payload.bytes.count + ref.bytes.count + wish.key.text.utf8.count
        case .untrack, .lost, .watch: 256
        case .tracked(_, let ref, _): 256 + ref.bytes.count
        case .state(_, let state, let channels, _):
            256 + state.bytes.count + channels.count * 8
        case .diff(let diff): diff.byteCount
        }
    }
}
