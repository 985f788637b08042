public import LoadChecks

/// What one generator did and saw in one second.
public struct Tick: Codable, Sendable {
    /// The generator's number, from 0; writers are ``writersGenerator``.
    public var generator: Int
    /// Seconds since the traffic began, negative while connections are made.
    public var second: Int
    /// Whether the second belongs to the measurement.
    public var isMeasured: Bool
    /// Connections that are open.
    public var connectionCount = 0
    /// Channels that are joined.
    public var joinedCount = 0
    /// Messages sent, heartbeats and joins not counted.
    public var sentCount = 0
    /// Marked messages received.
    public var receivedCount = 0
    /// Bytes of all messages received.
    public var receivedByteCount = 0
    /// Statements that committed.
    public var writeCount = 0
    /// Latencies of measured seconds, by what was measured.
    public var latencies: [Measure: LatencyHistogram] = [:]
    /// How often something failed, by its code or reason, such as `Unauthorized` or `close 1013`.
    public var errors: [String: Int] = [:]
    /// Breaches by kind.
    public var breaches: [BreachKind: Int] = [:]
    /// The share of one core that the generator used, 0 to 1 and a little more.
    public var coreShare = 0.0
    /// How late the generator's timers were.
    public var lag = LatencyHistogram()

    /// Writers' number.
    public static let writersGenerator = -1

    /// Begins an empty one.
    ///
    /// - Parameters:
    ///   - generator: The generator's number.
    ///   - second: Seconds since the traffic began.
    ///   - isMeasured: Whether the second belongs to the measurement.
    public init(generator: Int, second: Int, isMeasured: Bool) {
        self.generator = generator
        self.second = second
        self.isMeasured = isMeasured
    }
}

/// What is measured, each with a histogram of its own.
public enum Measure: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// From when a connection was to be begun to the end of its handshake.
    case connect
    /// From a join to its answer.
    case join
    /// From when a broadcast was to be sent to its arrival at a receiver.
    case broadcast
    /// The same from when it really was sent: what coordinated omission would show.
    case broadcastUncorrected = "broadcast_uncorrected"
    /// From when a statement was to be run to the arrival of its change at a receiver.
    case change
    /// From when a statement was to be run to its commit.
    case commit
    /// From a broadcast to its acknowledgement.
    case acknowledgement
    /// From a lost connection's first try to come back to the last of its joins.
    case reconnect
    /// From a heartbeat to its answer.
    case heartbeat
}
