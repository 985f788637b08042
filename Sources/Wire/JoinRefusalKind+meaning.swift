/// What the documentation says of each refusal.
extension JoinRefusalKind {
    /// When a join is refused so.
    var meaning: String {
        switch self {
        case .unmatchedTopic:
            "The topic lacks `realtime:`, or a message other than a join, a leave or a heartbeat "
                + "came for a topic that is not joined."
        case .topicNameRequired: "The topic is `realtime:` and nothing more."
        case .tokenExpired: "The time in the token's `exp` is over."
        case .tokenFieldsMissing: "The token has no `role` or no `exp`."
        case .tokenExpirationInvalid: "The token's `exp` is no number."
        case .tokenNotYetValid: TokenText.notYetValidMeaning
        case .tokenClaimRefused: TokenText.claimRefusedMeaning
        case .tokenMalformed: "What was sent as a token is none."
        case .tokenSignatureInvalid: "The token's signature does not fit the gateway's key."
        case .tokenSignerMissing: "The gateway has no key for the token's algorithm."
        case .tokenSignerUnknown: "The gateway has no key of the id that the token names."
        case .unauthorized:
            "No policy lets this person read the private topic, the token's role is not allowed, "
                + "or a policy failed."
        case .channelRateLimitReached:
            "The connection already has as many channels as it may, or the topic has as many on this "
                + "node as its file allows."
        case .connectionRateLimitReached:
            "As many connections as `limits.node.connections` allows have a channel."
        case .clientJoinRateLimitReached:
            "The connection joins too often, or its user, its address, its key or the whole node "
                + "does; it is closed with 1001 after the reply."
        case .privateOnly: "The join was not marked private, and public topics are off."
        case .realtimeRestarting: "The gateway is about to end."
        case .unableToConnectToProject: "The database cannot be reached."
        case .unableToSetPolicies:
            "The database failed while it was asked whether the topic may be read."
        case .initializingProjectConnection: "The gateway has not yet reached the database."
        case .databaseLackOfConnections: "The database takes no more connections."
        case .increaseConnectionPool: "Too many joins wait for the database's answer."
        case .queryCanceled: "The database took too long to say whether the topic may be read."
        case .replayFailed:
            "What was sent before could not be read from the database in time, or too much came "
                + "meanwhile, or still waits for the connection."
        case .replayMalformed:
            "`replay` has no `since`, or one of `since` and `limit` is no whole number."
        case .replayNotAllowed: "A join of a public topic has `replay`; only private ones may."
        }
    }

    /// What whoever is refused does next.
    var advice: Advice {
        switch self {
        case .unmatchedTopic, .topicNameRequired, .channelRateLimitReached, .privateOnly,
            .replayMalformed, .replayNotAllowed:
            .correct
        case .tokenExpired, .tokenFieldsMissing, .tokenExpirationInvalid, .tokenNotYetValid,
            .tokenClaimRefused, .tokenMalformed:
            .renewToken
        case .tokenSignatureInvalid, .tokenSignerMissing, .tokenSignerUnknown: .configure
        case .unauthorized: .gainAccess
        case .connectionRateLimitReached, .clientJoinRateLimitReached, .realtimeRestarting:
            .reconnect
        case .unableToConnectToProject, .unableToSetPolicies, .initializingProjectConnection,
            .databaseLackOfConnections, .increaseConnectionPool, .queryCanceled, .replayFailed:
            .rejoinLater
        }
    }
}
