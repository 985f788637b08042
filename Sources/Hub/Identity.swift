public import Topics
import Wire

/// Who a verified token names, and until when.
///
/// Shared by all channels that were joined with the same token.
public final class Identity: Sendable {
    /// The token as it came; a second look at the same token needs no second verification.
    public let token: String

    /// The role, claims and headers that the database's rules are evaluated with.
    public let caller: Caller

    /// Seconds since 1970 at which the token ends.
    public let expiresAt: Int64

    /// Whom the claim `sub` names; nil where the token has none.
    package var person: ExactText? {
        let claims = try? JSON(parsing: Array(caller.claims.utf8))
        guard let sub = claims?["sub"]?.stringValue, !sub.isEmpty else { return nil }
        return ExactText(sub)
    }

    /// Records a verified token.
    public init(token: String, caller: Caller, expiresAt: Int64) {
        self.token = token
        self.caller = caller
        self.expiresAt = expiresAt
    }
}
