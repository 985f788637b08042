/// How replays are read, and their limits.
public struct ReplayConfiguration: Sendable {
    /// libpq's connection text.
    public var dsn: String

    /// Requests that may wait; a further one is refused.
    public var requestCountMax: Int

    /// Connections, each with a thread of its own.
    public var connectionCount: Int

    /// Bytes of payload in one replay; older messages are left out.
    ///
    /// One message may be larger.
    public var byteCountMax: Int

    /// The longest that one replay may take in the database.
    public var statementTimeout: Duration

    /// Sets the limits.
    ///
    /// - Parameters:
    ///   - dsn: libpq's connection text.
    ///   - requestCountMax: At least 1. Default 1,000.
    ///   - connectionCount: At least 1. Default 1.
    ///   - byteCountMax: At least 1. Default 512 KiB.
    ///   - statementTimeout: At least 1 ms. Default 1 s.
    public init(
        dsn: String,
        requestCountMax: Int = 1_000,
        connectionCount: Int = 1,
        byteCountMax: Int = 1 << 19,
        statementTimeout: Duration = .seconds(1)
    ) {
        precondition(requestCountMax > 0 && connectionCount > 0, "somebody must be served")
        precondition(byteCountMax > 0, "a replay may hold something")
        precondition(statementTimeout >= .milliseconds(1), "the database counts milliseconds")
        self.dsn = dsn
        self.requestCountMax = requestCountMax
        self.connectionCount = connectionCount
        self.byteCountMax = byteCountMax
        self.statementTimeout = statementTimeout
    }
}
