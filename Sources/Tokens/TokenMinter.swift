internal import Wire

/// Makes tokens for development and demonstrations, signed with a secret or a private key.
///
/// A gateway in service verifies tokens and makes none.
public struct TokenMinter: Sendable {
    private let key: SigningKey
    private let kid: String?

    /// Signs with a shared secret, by HS256.
    ///
    /// - Parameter secret: The secret's text, taken as it is; 32 bytes or more.
    /// - Throws: ``SecretRefusal/tooShort(byteCount:)``.
    public init(secret: String) throws(SecretRefusal) {
        key = .sharedSecret(try SharedSecret(secret))
        kid = nil
    }

    /// Signs with a private key: RSA by RS256, P-256 by ES256, Ed25519 by EdDSA.
    ///
    /// - Parameters:
    ///   - pem: A PEM file with the private key, not encrypted.
    ///   - kid: The key's name for the token's header. Default none.
    /// - Throws: ``MintRefusal/keyUnusable``.
    public init(privateKey pem: String, kid: String? = nil) throws(MintRefusal) {
        guard let key = SigningKey(pem: pem) else { throw .keyUnusable }
        self.key = key
        self.kid = kid
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
    /// - Returns: The token; the same arguments give the same one, except by ES256.
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
        let claims = JSON.object(members).text.bytes
        var token = Base64URL.encode(header) + [UInt8(ascii: ".")] + Base64URL.encode(claims)
        guard let signature = key.signature(of: token) else { throw .keyUnusable }
        token += [UInt8(ascii: ".")] + Base64URL.encode(signature)
        guard token.count <= TokenParts.byteCountMax else { throw .tooLong(byteCount: token.count) }
        return String(decoding: token, as: UTF8.self)
    }

    private var header: [UInt8] {
        var members = [JSON.Member(key: "alg", value: .string(key.algorithm.rawValue))]
        if let kid { members.append(JSON.Member(key: "kid", value: .string(kid))) }
        members.append(JSON.Member(key: "typ", value: .string("JWT")))
        return JSON.object(members).text.bytes
    }

    private static let reservedNames: Set = ["role", "sub", "iat", "exp", "nbf"]
}
