/// The notices without their values: what the documentation lists, one by one.
enum SystemNoticeKind: CaseIterable {
    case replicationEstablished
    case replicationNotEstablished
    case tooManyMessages
    case tokenExpired
    case tokenFieldsMissing
    case tokenExpirationInvalid
    case tokenNotYetValid
    case tokenClaimRefused
    case tokenMalformed
    case tokenSignatureInvalid
    case tokenSignerMissing
    case tokenSignerUnknown
    case readDenied
    case readRevoked
    case unableToConnectToProject
    case queryCanceled
    case serverDisconnect
    case databaseAway
    case databaseBack
    case resync

    /// Whether the notice is an error, after which the channel is closed.
    var endsChannel: Bool {
        switch self {
        case .replicationEstablished, .serverDisconnect, .databaseAway, .databaseBack, .resync:
            false
        case .replicationNotEstablished, .tooManyMessages, .tokenExpired, .tokenFieldsMissing,
            .tokenExpirationInvalid, .tokenNotYetValid, .tokenClaimRefused, .tokenMalformed,
            .tokenSignatureInvalid, .tokenSignerMissing, .tokenSignerUnknown, .readDenied,
            .readRevoked, .unableToConnectToProject,
            .queryCanceled:
            true
        }
    }

    /// Answers the text of the message.
    func message(_ blanks: TextBlanks) -> String {
        switch self {
        case .replicationEstablished: "Replication connection established"
        case .replicationNotEstablished: "Replication connection was not established in time"
        case .tooManyMessages: "Too many messages per second"
        case .tokenExpired: TokenText.expired(blanks)
        case .tokenFieldsMissing: TokenText.fieldsMissing
        case .tokenExpirationInvalid: TokenText.expirationInvalid
        case .tokenNotYetValid: TokenText.notYetValid
        case .tokenClaimRefused: TokenText.claimRefused(blanks)
        case .tokenMalformed: TokenText.malformed
        case .tokenSignatureInvalid: ":signature_error"
        case .tokenSignerMissing: TokenText.signerMissing
        case .tokenSignerUnknown: TokenText.signerUnknown(blanks)
        case .readDenied: TokenText.readDenied(blanks)
        case .readRevoked:
            "You no longer have permission to read from this Channel topic: \(blanks.topic)"
        case .unableToConnectToProject: "Realtime was unable to connect to the project database"
        case .queryCanceled: "Query was cancelled, please try again"
        case .serverDisconnect: "Server requested disconnect"
        case .databaseAway: "Database connection lost, changes will follow when it is back"
        case .databaseBack: "Database connection restored, no change was missed"
        case .resync: "Changes may have been missed, please load again"
        }
    }
}
