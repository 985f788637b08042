public import Presence

/// How public topics are served: topics that are joined without `private: true`.
public enum PublicChannels: String, Sendable, CaseIterable {
    /// Every public join is refused.
    case deny

    /// A public channel may carry `postgres_changes`, but no broadcast and no presence.
    case changes

    /// A public channel carries everything, for everybody with a valid token.
    case allow
}

/// What one connection may make the hub hold or do, and what happens beyond it.
public struct HubLimits: Sendable {
    /// Channels of one connection.
    ///
    /// Default 100; the next join is refused.
    public var channelCountMax = 100

    /// Bytes of a topic's name, without the `realtime:` in front.
    ///
    /// Default 1,024; a longer one is unmatched.
    public var topicByteCountMax = 1_024

    /// Joins of one connection within any second.
    ///
    /// Default 100; over it the connection is closed.
    public var joinsPerSecondMax = 100

    /// Messages per second of one connection, on average over ``rateWindow``.
    ///
    /// Default 100; over it the channel is closed, and over twice as many the connection.
    public var messagesPerSecondMax = 100

    /// Bytes of messages per second of one connection, on average over ``rateWindow``.
    ///
    /// Default 5,000,000; over it the channel is closed, and over twice as many the connection. 0
    /// is any number.
    public var bytesPerSecondMax = 5_000_000

    /// The window that these are averaged over; it slides.
    ///
    /// Default 10 s.
    public var rateWindow: Duration = .seconds(10)

    /// What a whole window may have of messages or bytes; 0 is any number.
    func rateCountMax(_ kind: RateKind) -> Int {
        let perSecond = kind == .bytes ? bytesPerSecondMax : messagesPerSecondMax
        return perSecond * Int(max(1, rateWindow.components.seconds))
    }

    /// Bytes of a broadcast's payload.
    ///
    /// Default 3,000,000; a larger one is refused.
    public var payloadByteCountMax = 3_000_000

    /// Messages that may wait for a channel's verdict.
    ///
    /// Default 32; further ones are dropped.
    public var waitingMessageCountMax = 32

    /// Bytes of messages that may wait for the verdicts of one connection.
    ///
    /// Default 1 MiB.
    public var waitingByteCountMax = 1 << 20

    /// Messages that a join may have replayed.
    ///
    /// Default ``replayCountDefault``; more are clamped.
    public var replayCountMax = replayCountDefault

    /// Messages that are replayed where the join does not say how many, unless fewer are allowed.
    public static let replayCountDefault = 25

    /// Bytes of messages that a connection's channels may hold until their replays are there.
    ///
    /// Default 256 KiB; a message beyond it ends the join that would hold it.
    public var replayHeldByteCountMax = 1 << 18

    /// How long a join waits for its replay.
    ///
    /// Default 5 s; then it is refused.
    public var replayDurationMax: Duration = .seconds(5)

    /// Bytes that may be withheld from a connection's channels while it is asked whether they may
    /// go on.
    ///
    /// Default 256 KiB; over it what is withheld from the channel is dropped, and the channel, if
    /// it may go on, is told to load again.
    public var withheldByteCountMax = 1 << 18

    /// How long a channel waits until it is known whether it may go on.
    ///
    /// Default 5 s; then it ends.
    public var holdDurationMax: Duration = .seconds(5)

    /// How often each private channel's verdict is asked for anew although nothing is known to have
    /// changed.
    ///
    /// Default 60 s; zero is never.
    public var recheckInterval: Duration = .seconds(60)

    /// Questions about channels that are there already that may wait for an answer at once; the
    /// next are asked when an answer comes.
    ///
    /// Default 1,000.
    public var reaskCountMax = 1_000

    /// Bindings of `postgres_changes` that a channel may have.
    ///
    /// Default 100; with more, none of them is followed.
    public var changesPerChannelMax = 100

    /// Bindings that all channels of a connection may have together.
    ///
    /// Default 1,000; with more, none of the next channel's is followed.
    public var changesPerConnectionMax = 1_000

    /// How much presence a topic may show, and for how long somebody who was lost.
    public var presence = PresenceLimits()

    /// Bytes of a tracked object.
    ///
    /// Default 65,536; a larger one is refused.
    public var presencePayloadByteCountMax = 65_536

    /// Calls to track and untrack of one connection within ``presenceWindow``.
    ///
    /// Default 100; further ones are refused.
    public var presenceCallCountMax = 100

    /// The window that such calls are counted in; it slides.
    ///
    /// Default 30 s.
    public var presenceWindow: Duration = .seconds(30)

    /// Whether a channel whose join does not say is told who is present.
    ///
    /// Default false.
    public var presenceIsDefault = false

    /// How long a connection may live without a channel.
    ///
    /// Default 600 s.
    public var channellessDurationMax: Duration = .seconds(600)

    /// How long a channel waits to be told that the way from the database stands, where it asked.
    ///
    /// Default 60 s; then the channel ends.
    public var replicationDurationMax: Duration = .seconds(60)

    /// What is done about streams of tokens.
    ///
    /// Default nothing.
    public var streams = StreamRules()

    /// What public topics may carry.
    ///
    /// Default ``PublicChannels/changes``.
    public var publicChannels: PublicChannels = .changes

    /// Starts from the defaults.
    public init() {}
}
