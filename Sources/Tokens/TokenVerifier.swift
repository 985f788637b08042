/// Decides whether a token is to be believed, at once and without asking anybody.
///
/// A handshake is answered on the loop's thread, so nothing here waits: keys are resolved when the
/// verifier is made, and verifying takes time in proportion to the token, which is bounded. A
/// verifier is a value that any thread may use; further keys make another verifier.
///
/// Limit: tokens of more than 16 KiB are ``TokenRefusal/malformed``.
public struct TokenVerifier: Sendable {
    private let keys: VerificationKeys
    private let rules: TokenRules
    private let opaqueKeys: OpaqueKeys

    /// Verifies with one shared secret: HS256, and HS384 or HS512 for secrets as long as the hash.
    ///
    /// - Parameter secret: The secret's text, taken as it is; 32 bytes or more.
    /// - Throws: ``SecretRefusal/tooShort(byteCount:)``.
    public init(secret: String) throws(SecretRefusal) {
        var keys = VerificationKeys()
        try keys.add(secret: secret)
        self.init(keys: keys)
    }

    /// Verifies with any keys.
    ///
    /// - Parameters:
    ///   - keys: The keys; without any, every token is refused.
    ///   - rules: What tokens must say. Default a role and an expiration time.
    ///   - opaqueKeys: API keys that are no tokens. Default none.
    public init(
        keys: VerificationKeys,
        rules: TokenRules = TokenRules(),
        opaqueKeys: OpaqueKeys = OpaqueKeys()
    ) {
        self.keys = keys
        self.rules = rules
        self.opaqueKeys = opaqueKeys
    }

    /// Verifies a token as it came from outside: percent-encoding and white space are undone first.
    ///
    /// - Parameters:
    ///   - token: The token's text, of any length and content.
    ///   - now: Seconds since 1970.
    /// - Returns: The claims, with an end after `now`.
    /// - Throws: ``TokenRefusal``; signature before claims, missing claims before time.
    public func verify(_ token: String, now: Int64) throws(TokenRefusal) -> Claims {
        let text = try TokenParts(token)
        let header = try TokenHeader(text.header)
        let candidates = try keys.candidates(for: header)
        let isSigned = candidates.keys.contains { key in
            key.isValid(text.signature, of: text.signedText, by: candidates.algorithm)
        }
        guard isSigned else {
            throw candidates.isNameUnknown ? .signerUnknown(kid: header.kid) : .signatureInvalid
        }
        return try Claims(text.claims, now: now, rules: rules)
    }

    /// Verifies what stands where an API key belongs: an opaque key, or a token.
    ///
    /// - Parameters:
    ///   - apiKey: The key's text, of any length and content.
    ///   - now: Seconds since 1970.
    /// - Returns: The claims; an opaque key says a role and nothing else.
    /// - Throws: ``TokenRefusal``; an opaque key that is not known is ``TokenRefusal/malformed``.
    public func verify(apiKey: String, now: Int64) throws(TokenRefusal) -> Claims {
        if let claims = opaqueKeys.claims(of: apiKey) { return claims }
        return try verify(apiKey, now: now)
    }
}
