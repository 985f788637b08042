internal import Wire

/// Makes tokens for development and demonstrations, signed with HS256.
///
/// A gateway in service verifies tokens and makes none.
public struct TokenMinter: Sendable {
    private let secret: SharedSecret

    /// Signs with a shared secret.
    ///
    /// - Parameter secret: The secret's text, taken as it is; 32 bytes or more.
    /// - Throws: ``SecretRefusal/tooShort(byteCount:)``.
    public init(secret: String) throws(SecretRefusal) {
        self.secret = try SharedSecret(secret)
    }

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - role: The database role, such as `authenticated`; needs a letter.
    ///   - sub: Who the caller is. Default nobody.
    ///   - expiresAt: Seconds since 1970 at which the token ends; may be in the past, for trying
    ///     out refusals.
    ///   - issuedAt: Seconds since 1970 at which it was made.
    ///   - extra: Further claims, all of them strings. Default none.
    /// - Returns: The token; the same arguments give the same one.
    /// - Throws: ``MintRefusal``.
    public func mint(
        role: String,
        sub: String? = nil,
        expiresAt: Int64,
        issuedAt: Int64,
        extra: [String: String] = [:]
    ) throws(MintRefusal) -> String {
        guard !role.isEmpty, !role.utf8.contains(0) else { throw .roleInvalid }
        var members: [JSON.Member] = [JSON.Member(key: "role", value: .string(role))]
        if let sub { members.append(JSON.Member(key: "sub", value: .string(sub))) }
        members.append(JSON.Member(key: "iat", value: .number(String(issuedAt))))
        members.append(JSON.Member(key: "exp", value: .number(String(expiresAt))))
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) {
            guard !Self.reservedNames.contains(name) else { throw .claimReserved(name: name) }
            members.append(JSON.Member(key: name, value: .string(value)))
        }
        let header = Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
        let claims = JSON.object(members).text.bytes
        var token = Base64URL.encode(header) + [UInt8(ascii: ".")] + Base64URL.encode(claims)
        token += [UInt8(ascii: ".")] + Base64URL.encode(secret.signature(of: token))
        guard token.count <= TokenText.byteCountMax else { throw .tooLong(byteCount: token.count) }
        return String(decoding: token, as: UTF8.self)
    }

    private static let reservedNames: Set = ["role", "sub", "iat", "exp", "nbf"]
}
