/// The keys of a gateway, resolved when they are loaded, so that choosing one never waits.
public struct VerificationKeys: Sendable {
    /// Keys by the name that tokens call them, from key sets; of those that share a name, in order.
    private var named: [String: [VerificationKey]] = [:]

    /// Keys that have no name: they serve tokens that name no key, or one that is not there.
    private var unnamed: [VerificationKey] = []

    /// Has no keys, with which every token is refused.
    public init() {}

    /// Adds a shared secret: HS256, and HS384 or HS512 for secrets as long as the hash.
    ///
    /// - Parameter secret: The secret's text, taken as it is; 32 bytes or more.
    /// - Throws: ``SecretRefusal/tooShort(byteCount:)``.
    public mutating func add(secret: String) throws(SecretRefusal) {
        unnamed.append(VerificationKey(.sharedSecret(try SharedSecret(secret))))
    }

    /// Adds the keys of a set, behind those that are there already.
    public mutating func add(_ set: KeySet) {
        for entry in set.entries {
            if let kid = entry.kid {
                named[kid, default: []].append(entry.key)
            } else {
                unnamed.append(entry.key)
            }
        }
    }

    mutating func add(_ key: VerificationKey, kid: String? = nil) {
        add(KeySet(entries: [KeySet.Entry(kid: kid, key: key)], skippedCount: 0))
    }

    /// How many keys there are.
    public var count: Int { named.values.reduce(unnamed.count) { $0 + $1.count } }

    /// What may have signed a token.
    struct Candidates {
        /// One key or more; the signature of one of them is enough.
        let keys: [VerificationKey]

        /// What they are to be used with.
        let algorithm: SignatureAlgorithm

        /// Whether the token named a public key that is not there: its issuer has further keys.
        let isNameUnknown: Bool
    }

    /// Chooses the keys for a token.
    ///
    /// A named key that does not serve the algorithm counts as missing. Then the keys without a
    /// name serve: issuers name their new key in tokens that the old secret still signs.
    ///
    /// - Parameter header: What the token says of itself.
    /// - Returns: One key or more.
    /// - Throws: ``TokenRefusal/signerUnknown(kid:)``.
    func candidates(for header: TokenHeader) throws(TokenRefusal) -> Candidates {
        guard let algorithm = SignatureAlgorithm(name: header.algorithm) else {
            throw .signerUnknown(kid: header.kid)
        }
        let byName = header.kid.flatMap { named[$0] }?.first { $0.serves(algorithm) }
        if let byName {
            return Candidates(keys: [byName], algorithm: algorithm, isNameUnknown: false)
        }
        let keys = unnamed.filter { $0.serves(algorithm) }
        guard !keys.isEmpty else { throw .signerUnknown(kid: header.kid) }
        return Candidates(
            keys: keys,
            algorithm: algorithm,
            isNameUnknown: header.kid != nil && !algorithm.isSymmetric
        )
    }
}
