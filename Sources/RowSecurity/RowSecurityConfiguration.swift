/// How row security reaches the database, and its limits.
public struct RowSecurityConfiguration: Sendable {
    /// libpq's connection text; the login needs TEMPORARY on its database.
    public var dsn: String

    /// The roles that a token may ask for; to every other one, each answer is no.
    public var allowedRoles: [String]

    /// How often the catalog is read to see whether policies and privileges are still those that
    /// were compiled.
    public var policyCheckInterval: Duration

    /// The longest that one statement with policies may run in the database.
    public var statementTimeout: Duration

    /// The longest that one statement with conditions may run in the database.
    public var conditionTimeout: Duration

    /// How long a condition or a caller that used up its time is answered no without being asked.
    public var penalty: Duration

    /// Describes row security.
    ///
    /// - Parameters:
    ///   - dsn: libpq's connection text.
    ///   - allowedRoles: Default `anon`, `authenticated`, `service_role`. The name `none` is never
    ///     allowed: to PostgreSQL it means the login itself.
    ///   - policyCheckInterval: More than zero, at most 5 s to keep the promise that a changed
    ///     policy takes effect by then. Default 2 s.
    ///   - statementTimeout: At least 1 ms. Default 1 s.
    ///   - conditionTimeout: At least 1 ms. Default 250 ms.
    ///   - penalty: At least zero. Default 30 s.
    public init(
        dsn: String,
        allowedRoles: [String] = ["anon", "authenticated", "service_role"],
        policyCheckInterval: Duration = .seconds(2),
        statementTimeout: Duration = .seconds(1),
        conditionTimeout: Duration = .milliseconds(250),
        penalty: Duration = .seconds(30)
    ) {
        precondition(policyCheckInterval > .zero, "a check needs an interval")
        precondition(statementTimeout >= .milliseconds(1), "the database counts milliseconds")
        precondition(conditionTimeout >= .milliseconds(1), "the database counts milliseconds")
        precondition(penalty >= .zero, "a penalty lies ahead")
        self.dsn = dsn
        self.allowedRoles = allowedRoles
        self.policyCheckInterval = policyCheckInterval
        self.statementTimeout = statementTimeout
        self.conditionTimeout = conditionTimeout
        self.penalty = penalty
    }
}
