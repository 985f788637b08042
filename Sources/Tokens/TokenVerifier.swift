/// Decides whether a token is to be believed, at once and without asking anybody.
///
/// A handshake is answered on the loop's thread, so nothing here waits: keys are resolved when the
/// verifier is made, and verifying takes time in proportion to the token, which is bounded. A
/// verifier is a value that any thread may use.
///
/// Limit: tokens of more than 16 KiB are ``TokenRefusal/malformed``.
public struct TokenVerifier: Sendable {
    private let keys: VerificationKeys

    /// Verifies with one shared secret: HS256, and HS384 or HS512 for secrets as long as the hash.
    ///
    /// - Parameter secret: The secret's text, taken as it is; 32 bytes or more.
    /// - Throws: ``SecretRefusal/tooShort(byteCount:)``.
    public init(secret: String) throws(SecretRefusal) {
        self.init(
            keys: VerificationKeys(fallback: .sharedSecret(try SharedSecret(secret)), named: [:])
        )
    }

    init(keys: VerificationKeys) {
        self.keys = keys
    }

    /// Verifies a token as it came from outside: percent-encoding and white space are undone first.
    ///
    /// - Parameters:
    ///   - token: The token's text, of any length and content.
    ///   - now: Seconds since 1970.
    /// - Returns: The claims, with `exp` after `now`.
    /// - Throws: ``TokenRefusal``; signature before claims, missing claims before time.
    public func verify(_ token: String, now: Int64) throws(TokenRefusal) -> Claims {
        let text = try TokenText(token)
        let (key, algorithm) = try keys.key(for: TokenHeader(text.header))
        guard key.isValid(text.signature, of: text.signedText, by: algorithm) else {
            throw .signatureInvalid
        }
        return try Claims(text.claims, now: now)
    }
}
