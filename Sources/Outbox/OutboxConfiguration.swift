/// How the outbox is read and kept.
public struct OutboxConfiguration: Sendable {
    /// Where windows are read and partitions are kept; a pooler in session mode is allowed.
    public var readDSN: String

    /// Where the node listens and holds its locks; never a pooler.
    public var listenDSN: String

    /// How often a sleeping reader looks unasked; nil is for tests, which must not be saved by it.
    public var safetyPollInterval: Duration?

    /// The time between two looks while hot: what a message waits at most, more or less.
    public var hotPollInterval: Duration

    /// Above this many commits a second the reader polls and nobody rings.
    ///
    /// It sleeps again below half of it.
    public var hotCommitsPerSecond: Int

    /// The time over which commits are counted for that.
    public var rateInterval: Duration

    /// The time between two looks while it waits for transactions that found the lock taken.
    public var drainPollInterval: Duration

    /// Messages in one slice at most.
    public var sliceMessageCountMax: Int

    /// Bytes of payload in one slice.
    ///
    /// A slice ends with the message that passes the limit: a large message comes whole.
    public var sliceByteCountMax: Int

    /// How long messages are kept in the outbox.
    public var retention: Duration

    /// For how many days after today a partition is there already.
    public var partitionDaysAhead: Int

    /// The time between two looks at the partitions.
    public var upkeepInterval: Duration

    /// Sets the limits.
    ///
    /// - Parameters:
    ///   - readDSN: libpq's connection text for reading.
    ///   - listenDSN: libpq's connection text for `LISTEN` and locks. Default: `readDSN`.
    ///   - safetyPollInterval: Default 1 s.
    ///   - hotPollInterval: 1 to 100 ms. Default 3 ms.
    ///   - hotCommitsPerSecond: At least 1. Default 500.
    ///   - rateInterval: At least 10 ms. Default 200 ms.
    ///   - drainPollInterval: Default 10 ms.
    ///   - sliceMessageCountMax: At least 1. Default 256.
    ///   - sliceByteCountMax: At least 1. Default 1 MiB.
    ///   - retention: At least a day; default 72 h. Older partitions are dropped.
    ///   - partitionDaysAhead: At least 1. Default 14.
    ///   - upkeepInterval: Default 10 min.
    public init(
        readDSN: String,
        listenDSN: String? = nil,
        safetyPollInterval: Duration? = .seconds(1),
        hotPollInterval: Duration = .milliseconds(3),
        hotCommitsPerSecond: Int = 500,
        rateInterval: Duration = .milliseconds(200),
        drainPollInterval: Duration = .milliseconds(10),
        sliceMessageCountMax: Int = 256,
        sliceByteCountMax: Int = 1 << 20,
        retention: Duration = .seconds(72 * 3_600),
        partitionDaysAhead: Int = 14,
        upkeepInterval: Duration = .seconds(600)
    ) {
        precondition(hotCommitsPerSecond >= 1, "a rate is at least 1 a second")
        precondition(rateInterval >= .milliseconds(10), "a rate needs some time to be counted")
        precondition(sliceMessageCountMax >= 1 && sliceByteCountMax >= 1, "a slice holds something")
        precondition(retention >= .seconds(86_400), "partitions are days")
        precondition(partitionDaysAhead >= 1, "tomorrow needs a partition")
        self.readDSN = readDSN
        self.listenDSN = listenDSN ?? readDSN
        self.safetyPollInterval = safetyPollInterval
        self.hotPollInterval = hotPollInterval
        self.hotCommitsPerSecond = hotCommitsPerSecond
        self.rateInterval = rateInterval
        self.drainPollInterval = drainPollInterval
        self.sliceMessageCountMax = sliceMessageCountMax
        self.sliceByteCountMax = sliceByteCountMax
        self.retention = retention
        self.partitionDaysAhead = partitionDaysAhead
        self.upkeepInterval = upkeepInterval
    }
}
