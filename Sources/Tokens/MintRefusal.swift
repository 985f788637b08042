/// Why a token cannot be made.
public enum MintRefusal: Error, Hashable, Sendable {
    /// A further claim has the name of one that the minter writes itself.
    ///
    /// - Parameter name: The claim's name.
    case claimReserved(name: String)

    /// The role has no letters, or a NUL among them; no verifier would take it.
    case roleInvalid

    /// The token would be longer than a verifier reads.
    ///
    /// - Parameter byteCount: Bytes that it would have.
    case tooLong(byteCount: Int)

    /// What was given as a private key is none of RSA, P-256 or Ed25519 without a password.
    case keyUnusable
}

extension MintRefusal: CustomStringConvertible {
    /// The refusal in a few words, without claims' values.
    public var description: String {
        switch self {
        case .claimReserved(let name): "the claim \(name) is written by the minter"
        case .roleInvalid: "a role needs a name without NULs"
        case .tooLong(let byteCount): "the token would have \(byteCount) bytes"
        case .keyUnusable: "no private key of RSA (2048 bits or more), P-256 or Ed25519 in PEM"
        }
    }
}
