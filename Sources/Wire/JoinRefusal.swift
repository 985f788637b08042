/// Why a join is refused.
///
/// The texts are those that official libraries and their users know; ``reason`` is what the reply
/// carries.
public enum JoinRefusal: Hashable, Sendable, Error {
    /// The topic lacks `realtime:`, or something other than a join came for a topic not joined.
    case unmatchedTopic

    /// There is nothing behind `realtime:`.
    case topicNameRequired

    /// The token's time is over.
    case tokenExpired(secondsAgo: Int64)

    /// The token says no role or no expiration time.
    case tokenFieldsMissing

    /// The token's expiration time is no number.
    case tokenExpirationInvalid

    /// The token's time has not begun.
    case tokenNotYetValid

    /// A claim that the gateway was told to look at is not as it should be.
    case tokenClaimRefused(claim: String)

    /// What came as a token is none.
    case tokenMalformed

    /// The token is signed by somebody else.
    case tokenSignatureInvalid

    /// The gateway has no key for this token.
    case tokenSignerUnknown(keyID: String?)

    /// No rule lets this person read the topic, or the token's role is not allowed.
    case unauthorized(topic: String)

    /// The connection has as many channels as it may.
    case channelRateLimitReached

    /// The node has as many connections with channels as it may.
    case connectionRateLimitReached

    /// The connection joins too fast.
    case clientJoinRateLimitReached

    /// The topic was asked for as a public one, and public topics are off.
    case privateOnly

    /// The gateway is about to end.
    case realtimeRestarting

    /// The database cannot be reached.
    case unableToConnectToProject

    /// The database did not answer whether the topic may be read.
    case unableToSetPolicies

    /// The gateway has just begun to connect to the database.
    case initializingProjectConnection

    /// The database takes no more connections.
    case databaseLackOfConnections

    /// Too many questions wait for the database.
    case increaseConnectionPool

    /// The database took too long to answer and was stopped.
    case queryCanceled

    /// What was sent before could not be read, or found no room.
    case replayFailed

    /// What the join says of a replay is not of the form that it must have.
    case replayMalformed

    /// A public topic has nothing to be replayed.
    case replayNotAllowed

    /// The name of the refusal: what stands before the colon of ``reason``, or, where the reason is
    /// a bare sentence, the name for logs and metrics.
    public var code: String { kind.code }

    /// The exact text that the reply carries.
    public var reason: String { kind.reason(blanks) }

    /// The reply's response, an object with ``reason``.
    public var response: JSONText {
        var object = JSONObjectWriter(byteCount: 128)
        object.append("reason", string: reason)
        return object.finish()
    }

    /// What whoever is refused does next.
    public var advice: Advice { kind.advice }

    /// The code with which the connection is closed after the reply; nil when it stays open.
    public var closeCode: CloseCode? {
        self == .clientJoinRateLimitReached ? .goingAway : nil
    }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = JoinRefusalKind.allCases.map { kind in
        CatalogueEntry(
            code: kind.code,
            text: kind.reason(TextBlanks()),
            meaning: kind.meaning,
            advice: kind.advice
        )
    }

    private var blanks: TextBlanks {
        var blanks = TextBlanks()
        if case .tokenExpired(let seconds) = self { blanks.seconds = String(seconds) }
        if case .tokenSignerUnknown(let keyID?) = self { blanks.keyID = keyID }
        if case .tokenClaimRefused(let claim) = self { blanks.claim = claim }
        if case .unauthorized(let topic) = self { blanks.topic = topic }
        return blanks
    }

    private var kind: JoinRefusalKind {
        switch self {
        case .unmatchedTopic: .unmatchedTopic
        case .topicNameRequired: .topicNameRequired
        case .tokenExpired: .tokenExpired
        case .tokenFieldsMissing: .tokenFieldsMissing
        case .tokenExpirationInvalid: .tokenExpirationInvalid
        case .tokenNotYetValid: .tokenNotYetValid
        case .tokenClaimRefused: .tokenClaimRefused
        case .tokenMalformed: .tokenMalformed
        case .tokenSignatureInvalid: .tokenSignatureInvalid
        case .tokenSignerUnknown(keyID: nil): .tokenSignerMissing
        case .tokenSignerUnknown: .tokenSignerUnknown
        case .unauthorized: .unauthorized
        case .channelRateLimitReached: .channelRateLimitReached
        case .connectionRateLimitReached: .connectionRateLimitReached
        case .clientJoinRateLimitReached: .clientJoinRateLimitReached
        case .privateOnly: .privateOnly
        case .realtimeRestarting: .realtimeRestarting
        case .unableToConnectToProject: .unableToConnectToProject
        case .unableToSetPolicies: .unableToSetPolicies
        case .initializingProjectConnection: .initializingProjectConnection
        case .databaseLackOfConnections: .databaseLackOfConnections
        case .increaseConnectionPool: .increaseConnectionPool
        case .queryCanceled: .queryCanceled
        case .replayFailed: .replayFailed
        case .replayMalformed: .replayMalformed
        case .replayNotAllowed: .replayNotAllowed
        }
    }
}
