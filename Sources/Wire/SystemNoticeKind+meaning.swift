/// What the documentation says of each notice.
extension SystemNoticeKind {
    /// When the notice is sent.
    var meaning: String {
        switch self {
        case .replicationEstablished:
            "The gateway follows the database; sent to channels joined with `replication_ready`."
        case .replicationNotEstablished:
            "For 60 seconds the gateway could not follow the database; sent to channels joined "
                + "with `replication_ready`."
        case .tooManyMessages:
            "The channel's connection, or its user, its address, its key or the whole node, sends "
                + "more messages or bytes per second than it may."
        case .tokenExpired: "The token's time is over, or was when the new token came."
        case .tokenFieldsMissing: "The new token has no `role` or no `exp`."
        case .tokenExpirationInvalid: "The new token's `exp` is no number."
        case .tokenNotYetValid: TokenText.notYetValidMeaning
        case .tokenClaimRefused: TokenText.claimRefusedMeaning
        case .tokenMalformed: "What was sent as a new token is none."
        case .tokenSignatureInvalid: "The new token's signature does not fit the gateway's key."
        case .tokenSignerMissing: "The gateway has no key for the new token's algorithm."
        case .tokenSignerUnknown: "The gateway has no key of the id that the new token names."
        case .readDenied:
            "No policy lets this person read the topic any more, or none does with the new token."
        case .readRevoked:
            "Something of the topic, such as its presence, could be read until now and cannot any "
                + "more."
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
            "Another database stands behind the gateway now, changes were removed before they were "
                + "read, or memberships changed in such a way that it is not known what this channel "
                + "might see."
        }
    }

    /// What whoever gets it does next.
    var advice: Advice {
        switch self {
        case .replicationEstablished, .databaseAway, .databaseBack: .nothing
        case .replicationNotEstablished, .tooManyMessages, .unableToConnectToProject,
            .queryCanceled:
            .rejoinLater
        case .tokenExpired, .tokenFieldsMissing, .tokenExpirationInvalid, .tokenNotYetValid,
            .tokenClaimRefused, .tokenMalformed:
            .renewToken
        case .tokenSignatureInvalid, .tokenSignerMissing, .tokenSignerUnknown: .configure
        case .readDenied, .readRevoked: .gainAccess
        case .serverDisconnect: .reconnect
        case .resync: .reload
        }
    }
}
