/// The keys of a gateway, resolved when they are loaded, so that choosing one never waits.
struct VerificationKeys: Sendable {
    /// Serves tokens that name no key, and those that name one which is not in ``named``.
    let fallback: VerificationKey?

    /// Keys by the name that tokens call them, from a key set.
    let named: [String: VerificationKey]

    /// Chooses the key for a token.
    ///
    /// A named key that does not serve the algorithm falls back like one that is missing: issuers
    /// name their new key in tokens that the old secret still signs.
    ///
    /// - Parameter header: What the token says of itself.
    /// - Returns: The key, and the algorithm that it is to be used with.
    /// - Throws: ``TokenRefusal/signerUnknown(kid:)``.
    func key(
        for header: TokenHeader
    ) throws(TokenRefusal) -> (key: VerificationKey, algorithm: SignatureAlgorithm) {
        guard let algorithm = SignatureAlgorithm(rawValue: header.algorithm) else {
            throw .signerUnknown(kid: header.kid)
        }
        if let kid = header.kid, let key = named[kid], key.serves(algorithm) {
            return (key, algorithm)
        }
        guard let fallback, fallback.serves(algorithm) else {
            throw .signerUnknown(kid: header.kid)
        }
        return (fallback, algorithm)
    }
}
