/// One key that signatures are checked with.
///
/// A key knows its own algorithms and refuses the others, whatever a token claims: a public key
/// never becomes the secret of an HMAC.
enum VerificationKey: Sendable {
    case sharedSecret(SharedSecret)

    /// Says whether signatures of this algorithm can be checked with this key.
    func serves(_ algorithm: SignatureAlgorithm) -> Bool {
        switch self {
        case .sharedSecret(let secret): secret.serves(algorithm)
        }
    }

    /// Says whether the signature was made over the text with this key.
    func isValid(
        _ signature: [UInt8],
        of text: some Sequence<UInt8>,
        by algorithm: SignatureAlgorithm
    ) -> Bool {
        switch self {
        case .sharedSecret(let secret): secret.isValid(signature, of: text, by: algorithm)
        }
    }
}
