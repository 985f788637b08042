/// Why a text is not a set of keys.
public enum KeySetRefusal: Error, Hashable, Sendable {
    /// It has more bytes than ``KeySet/byteCountMax``.
    case tooLong

    /// It has more keys than it may.
    ///
    /// - Parameter countMax: How many it may have.
    case tooManyKeys(countMax: Int)

    /// It is not a JSON object with an array `keys`.
    case noKeySet

    /// There is no block `PUBLIC KEY` in it.
    case noPublicKey

    /// It holds a private key, which a gateway should not even be given.
    case privateKey

    /// A block is no RSA key of 2048 to 8192 bits, no P-256 and no Ed25519 key.
    case keyUnusable
}

extension KeySetRefusal: CustomStringConvertible {
    /// What is wrong, without a byte of it.
    public var description: String {
        switch self {
        case .tooLong: "has more than \(JSONWebKeySet.byteCountMax) bytes"
        case .tooManyKeys(let countMax): "has more than \(countMax) keys"
        case .noKeySet: "is no JSON object with an array `keys`"
        case .noPublicKey: "has no block `PUBLIC KEY`"
        case .privateKey: "holds a private key; give the public one"
        case .keyUnusable: "holds a key that is none of RSA (2048 to 8192 bits), P-256, Ed25519"
        }
    }
}
