/// Why a token opens nothing.
///
/// The cases are those that the wire tells apart, in the order in which a token is checked, from
/// the outside in: nothing is said about the claims of a token whose signature is wrong.
public enum TokenRefusal: Error, Hashable, Sendable {
    /// The text is no JSON Web Token: too long, not three parts, not base64url, or not the JSON
    /// that a token is made of.
    case malformed

    /// No loaded key serves the token's algorithm, or the key that it names.
    ///
    /// - Parameter kid: The key's name as the token gave it, at most 255 bytes; nil without one.
    ///   It comes from outside and is unchecked: it may be told to its sender, and not logged.
    case signerUnknown(kid: String?)

    /// The signature was not made by the key over this text.
    case signatureInvalid

    /// There is no `exp`, or no `role` with a name in it.
    case fieldsMissing

    /// `exp` is not a number.
    case expirationInvalid

    /// `exp` has been reached.
    ///
    /// - Parameter secondsAgo: Whole seconds since then, 0 or more.
    case expired(secondsAgo: Int64)

    /// `nbf` has not been reached, even for a clock some seconds behind.
    ///
    /// - Parameter secondsToGo: Whole seconds until then, 1 or more.
    case notYetValid(secondsToGo: Int64)

    /// A claim that the gateway was told to look at is missing, or holds something else.
    ///
    /// - Parameter name: The claim's name, from the configuration.
    case claimRefused(name: String)
}

extension TokenRefusal: CustomStringConvertible {
    /// The refusal in a few words, without anything that the token carried.
    public var description: String {
        switch self {
        case .malformed: "not a JSON Web Token"
        case .signerUnknown: "no key for the token's algorithm and key name"
        case .signatureInvalid: "the signature does not match"
        case .fieldsMissing: "the claims role and exp are required"
        case .expirationInvalid: "the claim exp is not a number"
        case .expired(let seconds): "expired \(seconds) s ago"
        case .notYetValid(let seconds): "valid in \(seconds) s"
        case .claimRefused(let name): "the claim \(name) is missing or not accepted"
        }
    }
}

extension TokenRefusal {
    /// One word for the log and for a metric's label.
    public var reason: String {
        switch self {
        case .malformed: "malformed"
        case .signerUnknown: "signer_unknown"
        case .signatureInvalid: "signature_invalid"
        case .fieldsMissing: "fields_missing"
        case .expirationInvalid: "expiration_invalid"
        case .expired: "expired"
        case .notYetValid: "not_yet_valid"
        case .claimRefused: "claim_refused"
        }
    }

    /// Whether a key that is published in the meantime could have verified the token.
    public var mayHeal: Bool {
        if case .signerUnknown(_?) = self { return true }
        return false
    }
}
