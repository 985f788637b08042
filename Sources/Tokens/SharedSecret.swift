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
        switch algorithm {
        case .hs256: key.bitCount >= SHA256.byteCount * 8
        case .hs384: key.bitCount >= SHA384.byteCount * 8
        case .hs512: key.bitCount >= SHA512.byteCount * 8
        case .rs256, .rs384, .rs512, .es256, .edDSA: false
        }
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
        case .rs256, .rs384, .rs512, .es256, .edDSA: false
        }
    }

    /// Signs a text with HS256, the algorithm that secrets mint tokens by.
    func signature(of text: some Sequence<UInt8>) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text), using: key))
    }
}
