import Topics
import Wire

/// What the hub knows of one WebSocket: its serializer, its token, and its channels by wire topic.
final class Connection {
    let number: ConnectionNumber
    let encoder: MessageEncoder
    let decoder: MessageDecoder
    let serializer: Serializer

    /// What the token of the handshake named; joins without a token of their own go by it.
    let identity: Identity

    /// The last other token that was verified: the channels of one person share it.
    var latestIdentity: Identity

    /// Its channels, by the topic as it is on the wire.
    var channels: [ExactText: Channel] = [:]

    /// What it has sent lately; nil while nothing of that counts.
    var keptRates: ConnectionRates?
    var waitingByteCount = 0

    /// Bytes of what its channels hold back until their replays are there.
    var heldByteCount = 0

    /// Bytes of what is withheld from its channels until it is known whether they may go on.
    var withheldByteCount = 0

    /// Bindings of its channels that the database's changes are followed for.
    var bindingCount = 0

    /// What it shares with the other connections of its user, its address, its key and the node.
    let shares: [AllowanceShare]

    /// Whether it has had a channel, and so counts as a connection that joined.
    var isMember = false

    /// The earliest expiry of its channels' tokens, in seconds since 1970; nil without channels.
    var earliestExpiry: Int64?

    /// Since when a connection that once had a channel has none.
    var channellessSince: ContinuousClock.Instant?

    init(
        number: ConnectionNumber,
        serializer: Serializer,
        identity: Identity,
        shares: [AllowanceShare]
    ) {
        self.number = number
        self.serializer = serializer
        self.identity = identity
        latestIdentity = identity
        encoder = MessageEncoder(serializer: serializer)
        decoder = MessageDecoder(serializer: serializer)
        self.shares = shares
    }

    /// Finds the earliest expiry anew, after a channel or a token came or went.
    func refreshExpiry() {
        earliestExpiry = channels.values.lazy.map(\.identity.expiresAt).min()
    }
}
