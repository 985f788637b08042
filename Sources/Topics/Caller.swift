/// Whoever a verified token names, as the database's rules see them.
///
/// Two callers are the same only when every byte is: verdicts are remembered by caller.
public struct Caller: Hashable, Sendable {
    /// The database role that the token asks for, such as `authenticated`.
    public var role: String { exactRole.text }
    /// The token's claims: one JSON object, for `request.jwt.claims`.
    public var claims: String { exactClaims.text }
    /// The request's headers that are kept: one JSON object, for `request.headers`.
    public var headers: String { exactHeaders.text }

    private let exactRole: ExactText
    private let exactClaims: ExactText
    private let exactHeaders: ExactText

    /// Describes whoever a token names.
    ///
    /// - Parameters:
    ///   - role: The database role.
    ///   - claims: The claims, one JSON object as text.
    ///   - headers: The kept headers, one JSON object as text. Default `{}`.
    public init(role: String, claims: String, headers: String = "{}") {
        exactRole = ExactText(role)
        exactClaims = ExactText(claims)
        exactHeaders = ExactText(headers)
    }
}

extension Caller: CustomStringConvertible {
    /// The role alone: claims and headers are personal data, and stay out of logs.
    public var description: String { "Caller(role: \(role))" }
}
