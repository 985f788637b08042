import Authorization
import Changes
import Hub
import Locking
import Tokens
import Topics
import WebSocketServer
import Wire

/// What other threads tell a loop; letters wait in the loop's mailbox until its next turn.
enum Letter: Sendable {
    /// The mailboxes of all loops of the node, its own among them, and who follows changes; the
    /// first letter of all.
    case siblings([Mailbox<Letter>], ChangeFollower)

    /// Messages of a slice of a window, in order, for topics that have subscribers there.
    case messages([RelayedBroadcast])

    /// Members whose memberships a change may have changed, and when it was committed; in its
    /// place among the messages.
    case concerns(ConcernedMembers, committedAt: ContinuousClock.Instant)

    /// The reader has read on, as this loop's hub asked it to.
    case caughtUp(UInt64)

    /// The rules of who may join have changed.
    case rulesChanged

    /// A broadcast of a connection on another loop.
    case relay(RelayedBroadcast)

    /// What another loop has to say about presence.
    case presence(PresenceLetter)

    /// The authorizer's answer to a question of this loop's hub.
    case answer(number: UInt64, connection: ConnectionNumber, topic: TopicName, AccessAnswer)

    /// What was sent before a channel of this loop was joined, or why that is not known.
    case replay(number: UInt64, ReplayAnswer)

    /// The authorizer's answers on the topics of a request to this loop.
    case verdicts(RequestNumber, [TopicName: Answer])

    /// Changes of the database for channels, in order.
    case changes([ChangeDelivery])

    /// What becomes of the bindings of a channel.
    case changesAnswered(ChangesNotice, channel: UInt64, generation: UInt64)

    /// Somebody who operates the node wants to see channels.
    case inspect(Inspection)

    /// The answer to what an operator asked of this loop.
    case adminAnswer(RequestNumber, Response)

    /// News for every channel whose topic has one of the prefixes, or for every channel at all.
    case notice(SystemNotice, prefixes: [String]?)

    /// What topic files say from now on.
    case contract(TopicContract)

    /// The keys have changed: what to verify tokens with from now on.
    case tokens(TokenVerifier)

    /// The node ends: say goodbye to every connection, and leave the loop within the time.
    case drain(within: Duration)

    /// What an answer, a notice or an order weighs in a mailbox, in bytes.
    static let smallByteCount = 256
}
