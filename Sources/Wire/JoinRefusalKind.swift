/// The refusals of a join without their values: what the documentation lists, one by one.
enum JoinRefusalKind: CaseIterable {
    case unmatchedTopic
    case topicNameRequired
    case tokenExpired
    case tokenFieldsMissing
    case tokenExpirationInvalid
    case tokenNotYetValid
    case tokenClaimRefused
    case tokenMalformed
    case tokenSignatureInvalid
    case tokenSignerMissing
    case tokenSignerUnknown
    case unauthorized
    case channelRateLimitReached
    case connectionRateLimitReached
    case clientJoinRateLimitReached
    case privateOnly
    case realtimeRestarting
    case unableToConnectToProject
    case unableToSetPolicies
    case initializingProjectConnection
    case databaseLackOfConnections
    case increaseConnectionPool
    case queryCanceled
    case replayFailed
    case replayMalformed
    case replayNotAllowed

    /// The name in logs and metrics, and before the colon unless ``isBareSentence``.
    var code: String {
        switch self {
        case .unmatchedTopic: "UnmatchedTopic"
        case .topicNameRequired: "TopicNameRequired"
        case .tokenExpired, .tokenFieldsMissing, .tokenExpirationInvalid, .tokenNotYetValid,
            .tokenClaimRefused:
            "InvalidJWTToken"
        case .tokenMalformed: "MalformedJWT"
        case .tokenSignatureInvalid: "JwtSignatureError"
        case .tokenSignerMissing, .tokenSignerUnknown: "JwtSignerError"
        case .unauthorized: "Unauthorized"
        case .channelRateLimitReached: "ChannelRateLimitReached"
        case .connectionRateLimitReached: "ConnectionRateLimitReached"
        case .clientJoinRateLimitReached: "ClientJoinRateLimitReached"
        case .privateOnly: "PrivateOnly"
        case .realtimeRestarting: "RealtimeRestarting"
        case .unableToConnectToProject: "UnableToConnectToProject"
        case .unableToSetPolicies: "UnableToSetPolicies"
        case .initializingProjectConnection: "InitializingProjectConnection"
        case .databaseLackOfConnections: "DatabaseLackOfConnections"
        case .increaseConnectionPool: "IncreaseConnectionPool"
        case .queryCanceled: "QueryCanceled"
        case .replayFailed, .replayMalformed, .replayNotAllowed: "UnableToReplayMessages"
        }
    }

    /// Answers the text of the reply, as libraries have always got it.
    func reason(_ blanks: TextBlanks) -> String {
        isBareSentence ? sentence(blanks) : "\(code): \(sentence(blanks))"
    }

    private var isBareSentence: Bool {
        [.unmatchedTopic, .unableToSetPolicies].contains(self)
    }

    private func sentence(_ blanks: TextBlanks) -> String {
        switch self {
        case .unmatchedTopic: "unmatched topic"
        case .topicNameRequired: "You must provide a topic name"
        case .tokenExpired: TokenText.expired(blanks)
        case .tokenFieldsMissing: TokenText.fieldsMissing
        case .tokenExpirationInvalid: TokenText.expirationInvalid
        case .tokenNotYetValid: TokenText.notYetValid
        case .tokenClaimRefused: TokenText.claimRefused(blanks)
        case .tokenMalformed: TokenText.malformed
        case .tokenSignatureInvalid: TokenText.signatureInvalid
        case .tokenSignerMissing: TokenText.signerMissing
        case .tokenSignerUnknown: TokenText.signerUnknown(blanks)
        case .unauthorized: TokenText.readDenied(blanks)
        case .channelRateLimitReached: "Too many channels"
        case .connectionRateLimitReached: "Too many connected users"
        case .clientJoinRateLimitReached: "Too many joins per second"
        case .privateOnly: "This project only allows private channels"
        case .realtimeRestarting: "Realtime is restarting, please standby"
        case .unableToConnectToProject, .unableToSetPolicies:
            "Realtime was unable to connect to the project database"
        case .initializingProjectConnection: "Realtime is initializing the project connection"
        case .databaseLackOfConnections:
            "Database can't accept more connections, Realtime won't connect"
        case .increaseConnectionPool: "Please increase your connection pool size"
        case .queryCanceled: "canceling statement due to statement timeout"
        case .replayFailed: "Realtime was unable to replay messages"
        case .replayMalformed: "Replay params are not valid"
        case .replayNotAllowed: "Replay is not allowed for public channels"
        }
    }
}
