internal import Crypto
internal import CryptoExtras

/// A key that tokens are made with, and the one algorithm that it makes them by.
enum SigningKey: Sendable {
    case sharedSecret(SharedSecret)
    case rsa(_RSA.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)

    /// Reads a private key from PEM; nil when it is of no kind that is known.
    init?(pem: String) {
        guard let block = PEMBlock.all(in: pem)?.first(where: { $0.label.hasSuffix("PRIVATE KEY") })
        else { return nil }
        if let seed = block.ed25519(after: PEMBlock.ed25519PrivatePrefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        {
            self = .ed25519(key)
        } else if let key = try? P256.Signing.PrivateKey(derRepresentation: block.bytes) {
            self = .p256(key)
        } else if let key = try? _RSA.Signing.PrivateKey(derRepresentation: block.bytes) {
            self = .rsa(key)
        } else {
            return nil
        }
    }

    /// The algorithm of the tokens.
    var algorithm: SignatureAlgorithm {
        switch self {
        case .sharedSecret: .hs256
        case .rsa: .rs256
        case .p256: .es256
        case .ed25519: .edDSA
        }
    }

    /// Signs a text; nil when the key cannot, which no key of these kinds does.
    func signature(of text: [UInt8]) -> [UInt8]? {
        switch self {
        case .sharedSecret(let secret): secret.signature(of: text)
        case .rsa(let key):
            (try? key.signature(for: text, padding: .insecurePKCS1v1_5))
                .map { Array($0.rawRepresentation) }
        case .p256(let key): (try? key.signature(for: text)).map { Array($0.rawRepresentation) }
        case .ed25519(let key): (try? key.signature(for: text)).map { Array($0) }
        }
    }
}
