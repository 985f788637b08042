/// Why a secret cannot sign or verify tokens.
public enum SecretRefusal: Error, Hashable, Sendable {
    /// Secrets need 32 bytes: a shorter one can be found by trying, from any token made with it.
    ///
    /// - Parameter byteCount: Bytes in the secret that was given.
    case tooShort(byteCount: Int)
}

extension SecretRefusal: CustomStringConvertible {
    /// What is wrong and what would be right, without the secret.
    public var description: String {
        switch self {
        case .tooShort(let byteCount):
            "the secret for tokens has \(byteCount) bytes; it needs at least "
                + "\(SharedSecret.byteCountMin)"
        }
    }
}
