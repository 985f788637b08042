/// What the gateway tells a channel, or a whole connection, without being asked.
///
/// Some libraries take every `system` message of status `error` for the end of the channel. So only
/// what does end it has that status; everything else is news.
public enum SystemNotice: Hashable, Sendable {
    /// Changes of the database are being followed; sent to channels that asked to know.
    case replicationEstablished

    /// The database has not been followed within the time that such a channel waits.
    case replicationNotEstablished

    /// The channel sends too much.
    case tooManyMessages

    /// The channel's token is over, or the new one was already when it came.
    case tokenExpired(secondsAgo: Int64)

    /// The new token says no role or no expiration time.
    case tokenFieldsMissing

    /// The new token's expiration time is no number.
    case tokenExpirationInvalid

    /// The new token's time has not begun.
    case tokenNotYetValid

    /// A claim of the new token is not as the gateway was told.
    case tokenClaimRefused(claim: String)

    /// What came as a new token is none.
    case tokenMalformed

    /// The new token is signed by somebody else.
    case tokenSignatureInvalid

    /// The gateway has no key for the new token.
    case tokenSignerUnknown(keyID: String?)

    /// With the new token the topic may not be read.
    case readDenied(topic: String)

    /// The topic might be read before and may not now.
    case readRevoked(topic: String)

    /// The database did not answer whether the topic may still be read.
    case unableToConnectToProject

    /// The database took too long to say whether the topic may still be read.
    case queryCanceled

    /// The gateway ends, or starts anew; the connection is closed next.
    case serverDisconnect

    /// The database is lost; nothing from it arrives until it is back.
    case databaseAway

    /// The database is back and nothing was missed.
    case databaseBack

    /// Something may have been missed.
    case resync

    /// Whether this is news or an error.
    public var status: ReplyStatus { kind.endsChannel ? .error : .ok }

    /// The exact text of the message.
    public var message: String { kind.message(blanks) }

    /// Whether `phx_close` follows at once.
    public var endsChannel: Bool { kind.endsChannel }

    /// What whoever gets it does next.
    public var advice: Advice { kind.advice }

    /// The payload of the message that carries the notice.
    ///
    /// - Parameter channel: The topic without `realtime:`; left out where the notice is about the
    ///   whole connection.
    /// - Returns: An object whose values are all strings.
    public func payload(channel: String) -> JSONText {
        SystemPayload.json(
            extension: MessageName.system.rawValue,
            status: status,
            message: message,
            channel: self == .serverDisconnect ? nil : channel
        )
    }

    /// Every notice with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = SystemNoticeKind.allCases.map { kind in
        CatalogueEntry(
            code: kind.endsChannel ? "error" : "ok",
            text: kind.message(TextBlanks()),
            meaning: kind.meaning,
            advice: kind.advice
        )
    }

    private var blanks: TextBlanks {
        var blanks = TextBlanks()
        if case .tokenExpired(let seconds) = self { blanks.seconds = String(seconds) }
        if case .tokenSignerUnknown(let keyID?) = self { blanks.keyID = keyID }
        if case .tokenClaimRefused(let claim) = self { blanks.claim = claim }
        if case .readDenied(let topic) = self { blanks.topic = topic }
        if case .readRevoked(let topic) = self { blanks.topic = topic }
        return blanks
    }

    private var kind: SystemNoticeKind {
        switch self {
        case .replicationEstablished: .replicationEstablished
        case .replicationNotEstablished: .replicationNotEstablished
        case .tooManyMessages: .tooManyMessages
        case .tokenExpired: .tokenExpired
        case .tokenFieldsMissing: .tokenFieldsMissing
        case .tokenExpirationInvalid: .tokenExpirationInvalid
        case .tokenNotYetValid: .tokenNotYetValid
        case .tokenClaimRefused: .tokenClaimRefused
        case .tokenMalformed: .tokenMalformed
        case .tokenSignatureInvalid: .tokenSignatureInvalid
        case .tokenSignerUnknown(keyID: nil): .tokenSignerMissing
        case .tokenSignerUnknown: .tokenSignerUnknown
        case .readDenied: .readDenied
        case .readRevoked: .readRevoked
        case .unableToConnectToProject: .unableToConnectToProject
        case .queryCanceled: .queryCanceled
        case .serverDisconnect: .serverDisconnect
        case .databaseAway: .databaseAway
        case .databaseBack: .databaseBack
        case .resync: .resync
        }
    }
}
