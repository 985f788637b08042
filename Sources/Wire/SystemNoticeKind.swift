/// The notices without their values: what the documentation lists, one by one.
enum SystemNoticeKind: CaseIterable {
    case replicationEstablished
    case replicationNotEstablished
    case tooManyMessages
    case tokenExpired
    case tokenFieldsMissing
    case tokenExpirationInvalid
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
            .tokenExpirationInvalid, .tokenMalformed, .tokenSignatureInvalid, .tokenSignerMissing,
            .tokenSignerUnknown, .readDenied, .readRevoked, .unableToConnectToProject,
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

    /// When the notice is sent.
    var meaning: String {
        switch self {
        case .replicationEstablished:
            "The gateway follows the database; sent to channels joined with `replication_ready`."
        case .replicationNotEstablished:
            "For 60 seconds the gateway could not follow the database; sent to channels joined "
                + "with `replication_ready`."
        case .tooManyMessages: "The channel sends more messages per second than it may."
        case .tokenExpired: "The token's time is over, or was when the new token came."
        case .tokenFieldsMissing: "The new token has no `role` or no `exp`."
        case .tokenExpirationInvalid: "The new token's `exp` is no number."
        case .tokenMalformed: "What was sent as a new token is none."
        case .tokenSignatureInvalid: "The new token's signature does not fit the gateway's key."
        case .tokenSignerMissing: "The gateway has no key for the new token's algorithm."
        case .tokenSignerUnknown: "The gateway has no key of the id that the new token names."
        case .readDenied: "With the new token no policy lets this person read the topic."
        case .readRevoked: "The topic could be read until now and cannot any more."
        case .unableToConnectToProject:
            "The database failed while it was asked whether the topic may still be read."
        case .queryCanceled:
            "The database took too long to say whether the topic may still be read."
        case .serverDisconnect:
            "The gateway ends or starts anew; the message has no `channel`, and the connection is "
                + "closed with 1012."
        case .databaseAway:
            "The connection to the database is lost. Channels stay, broadcasts between members go "
                + "on."
        case .databaseBack:
            "The database is back; what was committed meanwhile follows, whole and in order."
        case .resync:
            "Another database stands behind the gateway now, or changes were removed before they "
                + "were read."
        }
    }

    /// What whoever gets it does next.
    var advice: Advice {
        switch self {
        case .replicationEstablished, .databaseAway, .databaseBack: .nothing
        case .replicationNotEstablished, .tooManyMessages, .unableToConnectToProject,
            .queryCanceled:
            .rejoinLater
        case .tokenExpired, .tokenFieldsMissing, .tokenExpirationInvalid, .tokenMalformed:
            .renewToken
        case .tokenSignatureInvalid, .tokenSignerMissing, .tokenSignerUnknown: .configure
        case .readDenied, .readRevoked: .gainAccess
        case .serverDisconnect: .reconnect
        case .resync: .reload
        }
    }
}
