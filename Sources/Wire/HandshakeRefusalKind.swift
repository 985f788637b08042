/// The refusals of a handshake without their values: what the documentation lists, one by one.
enum HandshakeRefusalKind: CaseIterable {
    case keyMissing
    case tokenExpired
    case tokenFieldsMissing
    case tokenNotYetValid
    case tokenClaimRefused
    case tokenMalformed
    case tokenSignatureInvalid
    case tokenSignerMissing
    case tokenSignerUnknown
    case serializerUnknown
    case tooManyConnections
    case tooManyJoins
    case unexpected

    /// The HTTP status.
    var status: Int {
        switch self {
        case .keyMissing, .tokenExpired, .tokenFieldsMissing, .tokenNotYetValid,
            .tokenClaimRefused, .tokenMalformed, .tokenSignatureInvalid, .tokenSignerMissing,
            .tokenSignerUnknown:
            401
        case .serializerUnknown: 403
        case .tooManyConnections, .tooManyJoins: 429
        case .unexpected: 500
        }
    }

    /// Answers the message in the body; nil when the body is empty.
    func message(_ blanks: TextBlanks) -> String? {
        switch self {
        case .keyMissing: "API key is missing"
        case .tokenExpired: "Token has expired"
        case .tokenFieldsMissing: TokenText.fieldsMissing
        case .tokenNotYetValid: TokenText.notYetValid
        case .tokenClaimRefused: TokenText.claimRefused(blanks)
        case .tokenMalformed: TokenText.malformed
        case .tokenSignatureInvalid: TokenText.signatureInvalid
        case .tokenSignerMissing: TokenText.signerMissing
        case .tokenSignerUnknown: TokenText.signerUnknown(blanks)
        case .tooManyConnections: "Too many connected users"
        case .tooManyJoins: "Too many joins per second"
        case .unexpected: "Error connecting to Realtime"
        case .serializerUnknown: nil
        }
    }

    /// When a handshake is refused so.
    var meaning: String {
        switch self {
        case .keyMissing: "There is neither a parameter `apikey` nor a header `x-api-key`."
        case .tokenExpired: "The time in the token's `exp` is over."
        case .tokenFieldsMissing: "The token has no `role` or no `exp`."
        case .tokenNotYetValid: TokenText.notYetValidMeaning
        case .tokenClaimRefused: TokenText.claimRefusedMeaning
        case .tokenMalformed: "What was sent as a token is none."
        case .tokenSignatureInvalid: "The token's signature does not fit the gateway's key."
        case .tokenSignerMissing: "The gateway has no key for the token's algorithm."
        case .tokenSignerUnknown: "The gateway has no key of the id that the token names."
        case .serializerUnknown: "`vsn` is neither 1.0.x nor 2.0.x."
        case .tooManyConnections:
            "The gateway, or the user, the address or the key, has as many connections as it may."
        case .tooManyJoins:
            "The user, the address, the key or all of the gateway connects and joins too often."
        case .unexpected: "The token's `exp` is no number."
        }
    }

    /// What whoever is refused does next.
    var advice: Advice {
        switch self {
        case .keyMissing, .serializerUnknown: .correct
        case .tokenExpired, .tokenFieldsMissing, .tokenNotYetValid, .tokenClaimRefused,
            .tokenMalformed, .unexpected:
            .renewToken
        case .tokenSignatureInvalid, .tokenSignerMissing, .tokenSignerUnknown: .configure
        case .tooManyConnections, .tooManyJoins: .reconnect
        }
    }
}
