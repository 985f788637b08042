internal import LoadChecks

/// What a generator knows of one simulated session; thousands of these, so they are small.
struct Session {
    /// Where it stands.
    enum Phase: UInt8 {
        /// It has no connection.
        case away
        /// It waits for its turn to connect.
        case queued
        /// The handshake goes on.
        case connecting
        /// It is connected.
        case open
        /// It has said that it goes.
        case closing
    }

    /// Who it is.
    let place: Roster.Place
    /// Which of the generator's dialects it speaks.
    let dialect: Int
    /// Its first channel; the others follow.
    let firstChannel: Int
    let channelCount: Int
    /// Its first sender; the others follow, one for each broadcast of the population's plan.
    let firstSender: Int

    var phase = Phase.away
    /// The connection's number in the swarm.
    var connection = -1
    /// Counts connections, so that what was meant for an earlier one is known.
    var epoch: UInt16 = 0
    /// The last reference that was used.
    var ref: UInt32 = 0
    /// The last reference that was answered: what was sent before it has arrived.
    var answeredRef: UInt32 = 0
    /// Whether the first attempt to join everything is over.
    var isSettled = false
    /// Whether it reads nothing for now.
    var isPaused = false
    /// Failed attempts in a row.
    var failureCount: UInt8 = 0
    /// When the connection was to be begun.
    var connectDue: UInt64 = 0
    /// When coming back began; 0 while it is not on its way back.
    var returnDue: UInt64 = 0
    /// How long it stays away before it comes back by a plan; nil after a loss that nobody planned.
    var plannedPause: UInt64?
    /// How often a plan makes it come back; 0 for none.
    var returnInterval: UInt64 = 0
    /// What was sent earlier was read late on purpose, so its latency says nothing.
    var readsSince: UInt64 = 0
    /// What is waited for.
    var pending: [Pending] = []
    /// Presence payloads so far.
    var trackNumber: UInt64 = 0
    /// The beginning of a message whose end has not come.
    var rest: [UInt8] = []
    /// The token between a handshake and its joins.
    var token: String?
}

/// An answer that is waited for.
struct Pending {
    /// What was asked.
    enum Kind: UInt8 {
        case join
        case leave
        case heartbeat
        case broadcast
    }

    var ref: UInt32
    var kind: Kind
    /// The channel's or the action's place.
    var place: UInt8
    /// When it should have been asked.
    var due: UInt64
    /// The broadcast's number.
    var number: UInt64 = 0
}

/// A session's membership of a topic.
struct Channel {
    /// Where it stands.
    enum Phase: UInt8 {
        /// Nothing was asked since the connection began, or it was refused or ended.
        case apart
        case joining
        case joined
        case leaving
    }

    /// The topic's name.
    let topic: String
    /// Its number.
    let number: UInt64
    /// Whether its own broadcasts come back.
    let receivesOwn: Bool
    /// Whether messages without a mark may come, too.
    let mayBeUnmarked: Bool

    var phase = Phase.apart
    var joinRef: UInt32 = 0
    /// Whether it was ever joined.
    var hasJoined = false
    /// Whether the server will still say that an earlier membership is over.
    var expectsClosed = false
    /// When the join was to be sent.
    var joinDue: UInt64 = 0
    /// How long it stays away before it joins again by a plan.
    var plannedPause: UInt64?
    /// How often a plan makes it join; 0 for none.
    var joinInterval: UInt64 = 0
    /// Everything that writers wrote before this moment of the monotonic clock was heard.
    var heardUntil: UInt64 = 0
    var receipts = Receipts(isComplete: false)

    /// A writer's message came, and none of its stream is missing before it.
    mutating func heard(_ mark: Mark) {
        heardUntil = max(heardUntil, mark.sentAt)
    }

    /// From when on a join asks for what was written, in milliseconds since 1970.
    ///
    /// That is since the last message that was heard, and not since the connection was lost: a
    /// server that is behind has not yet sent what was written shortly before. A little earlier
    /// still, since a transaction is dated by its beginning.
    ///
    /// - Parameters:
    ///   - now: The monotonic clock, in nanoseconds.
    ///   - milliseconds: The same moment since 1970.
    /// - Returns: Nil for a channel that was never joined.
    func replaySince(now: UInt64, milliseconds: Int64) -> Int64? {
        guard hasJoined else { return nil }
        return milliseconds - Int64((now - min(now, heardUntil)) / 1_000_000) - 1_000
    }
}

/// What one session sends by one of its broadcasts.
struct Sender {
    let stream: UInt32
    /// The topic's number.
    let topic: UInt64
    /// The last number that was sent.
    var number: UInt64 = 0
    /// What the server has certainly read: the numbers up to this one.
    var confirmed: UInt64 = 0
    /// The number up to which everything was sent before the reference ``checkpointRef``.
    var checkpoint: UInt64 = 0
    var checkpointRef: UInt32 = 0
    /// When the last messages really left, by the last bits of their number.
    var leftAt: InlineArray<8, UInt64> = InlineArray(repeating: 0)

    /// When a message really left; nil when too many have left since.
    func leftAt(_ number: UInt64) -> UInt64? {
        guard number <= self.number, number + 8 > self.number else { return nil }
        return leftAt[Int(number & 7)]
    }

    /// Takes note of an answer to what was asked after all that came before it.
    mutating func answered(_ ref: UInt32) {
        guard ref >= checkpointRef else { return }
        confirmed = max(confirmed, checkpoint)
    }
}
