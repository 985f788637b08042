import Wire

/// Where a channel's past meets its present: nothing is lost there, nothing comes twice, and no
/// effect comes before its cause.
///
/// The channel is registered first, so that from then on every message reaches it, and is held.
/// What was sent before is read after that, in one instant. The instant is the border: what had
/// committed by then is the replay's matter, whenever it arrives, and everything else is sent as it
/// arrives. Pure state: no clock, no port. An object, since few channels have one.
final class ReplayBorder {
    /// A message that came before the replay was there.
    private struct Held {
        let transaction: UInt64?
        let message: EncodedMessage
    }

    /// The question that the replay answers.
    let question: UInt64

    /// Until when the replay is waited for.
    let deadline: ContinuousClock.Instant

    private var held: [Held] = []

    /// The instant of the replay; nil while it is not there.
    private var horizon: CommitHorizon?

    /// Bytes of what is held, and what it costs to hold it.
    private(set) var heldByteCount = 0

    /// The border of a channel that was just registered.
    init(question: UInt64, deadline: ContinuousClock.Instant) {
        self.question = question
        self.deadline = deadline
    }

    /// Whether the replay is not there yet, so that messages are held.
    var isHolding: Bool { horizon == nil }

    /// What a held message costs beside its bytes.
    private static let heldOverhead = 64

    /// What a message adds to ``heldByteCount``.
    static func heldByteCount(of message: EncodedMessage) -> Int {
        message.byteCount + heldOverhead
    }

    /// Keeps a message for later.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - transaction: The one that wrote it; nil for what is not from the outbox.
    func hold(_ message: EncodedMessage, of transaction: UInt64?) {
        precondition(isHolding, "nothing is held after the replay")
        held.append(Held(transaction: transaction, message: message))
        heldByteCount += Self.heldByteCount(of: message)
    }

    /// The replay is there, as of an instant.
    ///
    /// - Returns: What was held and is to be sent behind the replay, in order, and how many
    ///   messages the replay made superfluous.
    func open(asOf horizon: CommitHorizon) -> (messages: [EncodedMessage], leftOut: Int) {
        precondition(isHolding, "a channel is replayed to once")
        self.horizon = horizon
        let messages = held.filter { !covers($0.transaction) }.map(\.message)
        let leftOut = held.count - messages.count
        held = []
        heldByteCount = 0
        return (messages, leftOut)
    }

    /// Whether a message of this transaction is the replay's matter: sent with it, or older than
    /// all that was asked for.
    func covers(_ transaction: UInt64?) -> Bool {
        guard let transaction, let horizon else { return false }
        return horizon.includes(transaction)
    }
}
