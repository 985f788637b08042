public import Topics

/// Who a verified token names, and until when.
///
/// Shared by all channels that were joined with the same token.
public final class Identity: Sendable {
    /// What the token is known by when it comes again, which needs no second verification.
    public let fingerprint: TokenFingerprint

    /// The role, claims and headers that the database's rules are evaluated with.
    public let caller: Caller

    /// Seconds since 1970 at which the token ends.
    public let expiresAt: Int64

    /// Whom the claim `sub` names; nil where the token has none.
    package let person: ExactText?

    /// The same, as the database's changes name who is concerned.
    let member: MemberName?

    /// Records a verified token.
    ///
    /// - Parameters:
    ///   - token: The token as it came.
    ///   - caller: The role, claims and headers.
    ///   - sub: Whom the claim `sub` names, where there is one.
    ///   - expiresAt: Seconds since 1970.
    public init(token: String, caller: Caller, sub: String?, expiresAt: Int64) {
        fingerprint = TokenFingerprint(token)
        self.caller = caller
        self.expiresAt = expiresAt
        let sub = sub.flatMap { $0.isEmpty ? nil : $0 }
        person = sub.map { ExactText($0) }
        member = sub.map { MemberName($0) }
    }
}

/// What a token is known by on the connection that brought it.
///
/// Eight bytes instead of a thousand. It is compared with those of the same connection only: who
/// finds another text with the same fingerprint is taken for himself.
public struct TokenFingerprint: Hashable, Sendable {
    package let hash: Int

    /// Takes a token's fingerprint.
    ///
    /// - Parameter token: The token as it came.
    public init(_ token: String) { hash = token.hashValue }
}
