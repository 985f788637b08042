/// What a verified token says about the caller who brought it.
public struct Claims: Hashable, Sendable {
    /// The database role that the caller's rows are read as, from the claim `role`.
    ///
    /// Never empty, never with a NUL, and not yet compared with the roles that the gateway allows.
    public let role: String

    /// When the token ends, from the claim `exp` and the leeway: seconds since 1970, rounded.
    ///
    /// Bounded to the years ±9999, so that the distance to any clock is a number that cannot
    /// overflow.
    public let expiresAt: Int64

    /// Who the caller is, from the claim `sub`; nil when the token names nobody.
    ///
    /// Never with a NUL.
    public let sub: String?

    /// The claims as JSON, byte for byte as the token carried them.
    ///
    /// Rules in the database read this text, so nothing in it may change on the way: no number
    /// loses digits, no key moves.
    public let text: String

    /// Puts claims together without checking anything; tokens come through ``TokenVerifier``.
    ///
    /// - Parameters:
    ///   - role: The database role.
    ///   - expiresAt: Seconds since 1970.
    ///   - sub: Who the caller is, if the token says so.
    ///   - text: The claims object as JSON.
    public init(role: String, expiresAt: Int64, sub: String?, text: String) {
        self.role = role
        self.expiresAt = expiresAt
        self.sub = sub
        self.text = text
    }

    /// The last second of the year 9999; a key that never ends has it for its end.
    static let lastSecond: Int64 = 253_402_300_799
}
