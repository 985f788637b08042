internal import Crypto
internal import CryptoExtras

/// One key that signatures are checked with.
///
/// A key knows its own algorithms and refuses the others, whatever a token claims: a public key
/// never becomes the secret of an HMAC.
struct VerificationKey: Sendable {
    /// What kind of key it is, decided when it is loaded.
    enum Material: Sendable {
        case sharedSecret(SharedSecret)
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    let material: Material

    /// The one algorithm that its owner meant it for; nil for all that its kind can do.
    let soleAlgorithm: SignatureAlgorithm?

    init(_ material: Material, soleAlgorithm: SignatureAlgorithm? = nil) {
        self.material = material
        self.soleAlgorithm = soleAlgorithm
    }

    /// The algorithms whose signatures can be checked with this key.
    var algorithms: [SignatureAlgorithm] { SignatureAlgorithm.allCases.filter(serves) }

    /// Says whether signatures of this algorithm can be checked with this key.
    func serves(_ algorithm: SignatureAlgorithm) -> Bool {
        guard soleAlgorithm == nil || soleAlgorithm == algorithm else { return false }
        return switch (material, algorithm) {
        case (.sharedSecret(let secret), .hs256), (.sharedSecret(let secret), .hs384),
            (.sharedSecret(let secret), .hs512):
            secret.serves(algorithm)
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512): true
        case (.p256, .es256): true
        case (.ed25519, .edDSA): true
        default: false
        }
    }

    /// Says whether the signature was made over the text with this key.
    ///
    /// - Parameters:
    ///   - signature: As the token carried it; for ES256 both numbers, 32 bytes each, and no DER.
    ///   - text: What was signed.
    ///   - algorithm: One that the key serves.
    /// - Returns: No for an algorithm that it does not serve, too.
    func isValid(
        _ signature: [UInt8],
        of text: some Sequence<UInt8>,
        by algorithm: SignatureAlgorithm
    ) -> Bool {
        guard serves(algorithm) else { return false }
        switch material {
        case .sharedSecret(let secret):
            return secret.isValid(signature, of: text, by: algorithm)
        case .rsa(let key):
            return Self.isValid(signature, of: Array(text), by: algorithm, key)
        case .p256(let key):
            let made = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            return made.map { key.isValidSignature($0, for: Array(text)) } ?? false
        case .ed25519(let key):
            return key.isValidSignature(signature, for: Array(text))
        }
    }

    private static func isValid(
        _ signature: [UInt8],
        of text: [UInt8],
        by algorithm: SignatureAlgorithm,
        _ key: _RSA.Signing.PublicKey
    ) -> Bool {
        let made = _RSA.Signing.RSASignature(rawRepresentation: signature)
        // RS256 to RS512 are PKCS #1, version 1.5, by definition.
        let padding = _RSA.Signing.Padding.insecurePKCS1v1_5
        return switch algorithm {
        case .rs384: key.isValidSignature(made, for: SHA384.hash(data: text), padding: padding)
        case .rs512: key.isValidSignature(made, for: SHA512.hash(data: text), padding: padding)
        default: key.isValidSignature(made, for: SHA256.hash(data: text), padding: padding)
        }
    }
}
