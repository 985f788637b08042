internal import Crypto
internal import CryptoExtras

extension KeySet {
    /// Reads a JSON Web Key Set; entries that cannot be used are skipped and counted.
    ///
    /// - Parameters:
    ///   - bytes: The set's JSON.
    ///   - allowsSecrets: Whether shared secrets (`oct`) in it count. They must not where the set
    ///     comes from a URL: whoever can read it could sign.
    /// - Throws: ``KeySetRefusal``.
    public init(jwks bytes: [UInt8], allowsSecrets: Bool) throws(KeySetRefusal) {
        let set = try JSONWebKeySet(bytes)
        let entries = set.keys.compactMap { key in
            VerificationKey(key, allowsSecrets: allowsSecrets).map { Entry(kid: key.kid, key: $0) }
        }
        self.init(
            entries: entries,
            skippedCount: set.skippedCount + set.keys.count - entries.count
        )
    }
}

extension VerificationKey {
    /// Makes a key of its parts; nil where they are none, or do not fit the algorithm it is for.
    init?(_ key: JSONWebKey, allowsSecrets: Bool) {
        let material: Material?
        switch key.parts {
        case .rsa(let modulus, let exponent):
            material = Material(
                rsa: try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
            )
        case .p256(let x, let y):
            material = (try? P256.Signing.PublicKey(x963Representation: [4] + x + y))
                .map { .p256($0) }
        case .ed25519(let x):
            material = (try? Curve25519.Signing.PublicKey(rawRepresentation: x))
                .map { .ed25519($0) }
        case .secret(let bytes):
            guard allowsSecrets else { return nil }
            material = (try? SharedSecret(bytes: bytes)).map { .sharedSecret($0) }
        }
        guard let material else { return nil }
        self.init(material, soleAlgorithm: key.algorithm)
        guard !algorithms.isEmpty else { return nil }
    }
}

extension VerificationKey.Material {
    /// Takes an RSA key of a size that one signature may cost a loop's thread.
    init?(rsa key: _RSA.Signing.PublicKey?) {
        guard let key, key.keySizeInBits <= 8_192 else { return nil }
        self = .rsa(key)
    }
}
