import Authorization
import Hub
import Tokens
import Topics
import Wire

extension JoinRefusal {
    /// What a refused token's owner is told at a join.
    init(_ refusal: TokenRefusal) {
        self =
            switch refusal {
            case .malformed: .tokenMalformed
            case .signerUnknown(let kid): .tokenSignerUnknown(keyID: kid)
            case .signatureInvalid: .tokenSignatureInvalid
            case .fieldsMissing: .tokenFieldsMissing
            case .expirationInvalid: .tokenExpirationInvalid
            case .notYetValid: .tokenNotYetValid
            case .claimRefused(let name): .tokenClaimRefused(claim: name)
            case .expired(let secondsAgo): .tokenExpired(secondsAgo: secondsAgo)
            }
    }

    /// What is told of a join whose rules could not be asked.
    init(_ unavailability: Unavailability) {
        self =
            switch unavailability {
            case .databaseAway, .deadlinePassed, .stopped: .unableToConnectToProject
            case .connectionsExhausted: .databaseLackOfConnections
            case .databaseStarting: .initializingProjectConnection
            case .queryCanceled: .queryCanceled
            case .queueFull: .increaseConnectionPool
            case .policiesUnreadable, .evaluationFailed: .unableToSetPolicies
            }
    }
}

extension HandshakeRefusal {
    /// What a refused token's owner is told at the handshake.
    init(_ refusal: TokenRefusal) {
        self =
            switch refusal {
            case .malformed: .tokenMalformed
            case .signerUnknown(let kid): .tokenSignerUnknown(keyID: kid)
            case .signatureInvalid: .tokenSignatureInvalid
            case .fieldsMissing: .tokenFieldsMissing
            case .expired: .tokenExpired
            case .expirationInvalid: .unexpected
            case .notYetValid: .tokenNotYetValid
            case .claimRefused(let name): .tokenClaimRefused(claim: name)
            }
    }

    /// One word for the log and for a metric's label.
    var code: String {
        switch self {
        case .keyMissing: "key_missing"
        case .tokenExpired: "token_expired"
        case .tokenFieldsMissing: "token_fields_missing"
        case .tokenMalformed: "token_malformed"
        case .tokenNotYetValid: "token_not_yet_valid"
        case .tokenClaimRefused: "token_claim_refused"
        case .tokenSignatureInvalid: "token_signature_invalid"
        case .tokenSignerUnknown: "token_signer_unknown"
        case .serializerUnknown: "serializer_unknown"
        case .tooManyConnections: "too_many_connections"
        case .tooManyJoins: "too_many_joins"
        case .unexpected: "unexpected"
        }
    }
}

extension AccessAnswer {
    /// What the hub makes of the authorizer's answer.
    init(_ answer: Answer) {
        switch answer {
        case .verdict(let verdict, _): self = .verdict(verdict)
        case .unavailable(let unavailability): self = .unavailable(JoinRefusal(unavailability))
        }
    }
}

extension Identity {
    /// Records who a verified token names.
    convenience init(token: String, claims: Claims, headers: String) {
        self.init(
            token: token,
            caller: Caller(role: claims.role, claims: claims.text, headers: headers),
            sub: claims.sub,
            expiresAt: claims.expiresAt
        )
    }
}
