/// What a token has to say beyond `role` and `exp`, and how exactly clocks have to agree.
public struct TokenRules: Sendable {
    /// How many seconds a token is taken after its `exp`.
    ///
    /// As many are added to the 5 that its `nbf` may lie ahead anyway. Default 0.
    public var leewaySeconds: Int64 = 0

    /// Claims that must be there and not `null`.
    ///
    /// Default none.
    public var requiredClaims: [String] = []

    /// What `aud` must be, or hold if it is an array.
    ///
    /// Default nil, which takes any.
    public var audience: String?

    /// What `iss` must be.
    ///
    /// Default nil, which takes any.
    public var issuer: String?

    /// Asks for nothing in particular.
    public init() {}
}
