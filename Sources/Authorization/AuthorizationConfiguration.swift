/// How the authorizer reaches the database, and its limits.
public struct AuthorizationConfiguration: Sendable {
    /// libpq's connection text; the login needs TEMPORARY on its database.
    public var dsn: String
    /// The roles that a token may ask for; every other one is denied without asking the database.
    public var allowedRoles: [String]
    /// Askers that may wait at once; over it, the answer is ``Unavailability/queueFull``.
    public var questionCountMax: Int
    /// The longest that an asker waits for an answer.
    public var deadline: Duration
    /// Connections, each with a thread of its own.
    public var connectionCount: Int
    /// How often the catalog is read to see whether the policies are still the compiled ones.
    public var policyCheckInterval: Duration
    /// The longest that one round of questions may run in the database.
    public var statementTimeout: Duration
    /// How long a yes is remembered; zero is not at all.
    public var verdictLifetime: Duration
    /// Verdicts that are remembered at once; over it, the oldest is forgotten.
    public var cachedVerdictCountMax: Int

    /// Questions that are asked in one round trip at most.
    static let roundQuestionCountMax = 128
    /// Bytes of claims, headers and topics in one round trip, unless a single question is larger.
    static let roundByteCountMax = 1 << 20

    /// Describes an authorizer.
    ///
    /// - Parameters:
    ///   - dsn: libpq's connection text.
    ///   - allowedRoles: Default `anon`, `authenticated`, `service_role`. The name `none` is never
    ///     allowed: to PostgreSQL it means the login itself.
    ///   - questionCountMax: At least 1. Default 10,000.
    ///   - deadline: More than zero. Default 5 s.
    ///   - connectionCount: At least 1. Default 2.
    ///   - policyCheckInterval: More than zero, at most 5 s to keep the promise that a changed
    ///     policy takes effect by then. Default 2 s.
    ///   - statementTimeout: At least 1 ms. Default 1 s.
    ///   - verdictLifetime: Not negative. Default 5 s.
    ///   - cachedVerdictCountMax: Not negative. Default 10,000.
    public init(
        dsn: String,
        allowedRoles: [String] = ["anon", "authenticated", "service_role"],
        questionCountMax: Int = 10_000,
        deadline: Duration = .seconds(5),
        connectionCount: Int = 2,
        policyCheckInterval: Duration = .seconds(2),
        statementTimeout: Duration = .seconds(1),
        verdictLifetime: Duration = .seconds(5),
        cachedVerdictCountMax: Int = 10_000
    ) {
        precondition(questionCountMax > 0, "somebody must be allowed to ask")
        precondition(connectionCount > 0, "an authorizer needs a connection")
        precondition(deadline > .zero, "a deadline lies ahead")
        precondition(policyCheckInterval > .zero, "a check needs an interval")
        precondition(statementTimeout >= .milliseconds(1), "the database counts milliseconds")
        precondition(verdictLifetime >= .zero, "no time is less than none")
        precondition(cachedVerdictCountMax >= 0, "no count is less than none")
        self.dsn = dsn
        self.allowedRoles = allowedRoles
        self.questionCountMax = questionCountMax
        self.deadline = deadline
        self.connectionCount = connectionCount
        self.policyCheckInterval = policyCheckInterval
        self.statementTimeout = statementTimeout
        self.verdictLifetime = verdictLifetime
        self.cachedVerdictCountMax = cachedVerdictCountMax
    }
}
