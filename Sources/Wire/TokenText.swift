/// The sentences that joins, handshakes and notices share, word for word.
enum TokenText {
    static let fieldsMissing = "Fields `role` and `exp` are required in JWT"
    static let expirationInvalid = "Token expiration time is invalid"
    static let malformed = "The token provided is not a valid JWT"
    static let signatureInvalid = "Failed to validate JWT signature"
    static let signerMissing =
        "Failed to generate JWT signer, check your JWT secret or JWKS configuration"

    static let notYetValid = "Token is not valid yet"
    static let notYetValidMeaning =
        "The token's `nbf` lies ahead, by more than the clocks may differ."
    static let claimRefusedMeaning =
        "The gateway is told to look at this claim, which is missing or holds something else."

    static func claimRefused(_ blanks: TextBlanks) -> String {
        "Claim `\(blanks.claim)` is missing or not accepted"
    }

    static func expired(_ blanks: TextBlanks) -> String {
        "Token has expired \(blanks.seconds) seconds ago"
    }

    static func signerUnknown(_ blanks: TextBlanks) -> String {
        "Failed to generate JWT signer for key ID (kid) \"\(blanks.keyID)\", "
            + "check your JWT secret or JWKS configuration"
    }

    static func readDenied(_ blanks: TextBlanks) -> String {
        "You do not have permissions to read from this Channel topic: \(blanks.topic)"
    }
}
