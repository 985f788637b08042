internal import Crypto

/// A secret that both the issuer of tokens and the gateway hold, for HMAC signatures.
struct SharedSecret: Sendable {
    /// Bytes that a secret needs, whatever the algorithm.
    static let byteCountMin = 32

    private let key: SymmetricKey

    /// Takes a secret's text in UTF-8, as it is: it is no base64 and loses no white space.
    init(_ text: String) throws(SecretRefusal) {
        try self.init(bytes: Array(text.utf8))
    }

    /// Takes a secret that is no text.
    init(bytes: [UInt8]) throws(SecretRefusal) {
        guard bytes.count >= Self.byteCountMin else { throw .tooShort(byteCount: bytes.count) }
        key = SymmetricKey(data: bytes)
    }

    /// Says whether the secret is as long as the algorithm's hash, which RFC 7518 demands.
    func serves(_ algorithm: SignatureAlgorithm) -> Bool {
        let hashByteCount =
            switch algorithm {
            case .hs256: SHA256.byteCount
            case .hs384: SHA384.byteCount
            case .hs512: SHA512.byteCount
            }
        return key.bitCount >= hashByteCount * 8
    }

    /// Compares in constant time.
    func isValid(
        _ signature: [UInt8],
        of text: some Sequence<UInt8>,
        by algorithm: SignatureAlgorithm
    ) -> Bool {
        let text = Array(text)
        return switch algorithm {
        case .hs256:
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: key)
        case .hs384:
            HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: text, using: key)
        case .hs512:
            HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: text, using: key)
        }
    }

    /// Signs a text with HS256, the one algorithm that tokens are minted with.
    func signature(of text: some Sequence<UInt8>) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text), using: key))
    }
}
