extension RequestRefusal {
    /// When a request is refused so.
    var meaning: String {
        switch self {
        case .malformed: "The body is no JSON."
        case .unauthorized: "The token is missing, is none, or has ended."
        case .notAllowed:
            "One message only: no policy lets this person send to the topic, or it is public and "
                + "`channels.public` is not `allow`."
        case .notFound: "No such path, or a topic's name that is none."
        case .bodyTooLarge: "The body is longer than `limits.request_bytes`."
        case .mediaTypeUnknown: "One message only: `content-type` names something else."
        case .messagesBlank: "`messages` is missing or empty."
        case .messagesInvalid: "`messages` is no list, or holds something that is no object."
        case .fieldsInvalid:
            "An object for each message, in order: its fields that are missing (`can't be blank`), "
                + "of the wrong kind (`is invalid`) or too large "
                + "(`Payload size exceeds tenant limit`)."
        case .payloadBlank: "One message only: `application/octet-stream` without any bytes."
        case .payloadTooLarge:
            "One message only: longer than `limits.payload_bytes`, or than the topic's file allows."
        case .nameNotListed:
            "One message only: the topic's file lists the names of broadcasts, and this one is not "
                + "among them."
        case .tokenStream:
            "One message only: it has a name that streams of tokens have, or is one of many whose "
                + "text grows faster than people write."
        case .policyError: "A policy could not be evaluated."
        case .queryCanceled: "The database took too long to say whether the person may send."
        case .databaseUnavailable: "The database is away, or did not answer in time."
        case .databaseStarting: "The gateway has not yet reached the database."
        case .databaseFull: "The database takes no more connections."
        case .tooManyRequests:
            "Over `limits.requests_per_second`, or over what may wait: `limits.waiting_requests`."
        case .rateExceeded: "Over `limits.request_messages_per_second`."
        case .tooManyMessages:
            "With these messages it would be over the limit; or there are more than "
                + "`limits.request_messages`."
        case .questionsFull: "Too many topics wait for the database's answer."
        }
    }

    /// What whoever is refused does next.
    var advice: Advice {
        switch self {
        case .malformed, .notFound, .bodyTooLarge, .mediaTypeUnknown, .messagesBlank,
            .messagesInvalid, .fieldsInvalid, .payloadBlank, .payloadTooLarge, .nameNotListed,
            .tokenStream:
            .correct
        case .unauthorized: .renewToken
        case .notAllowed: .gainAccess
        case .policyError, .queryCanceled, .databaseUnavailable, .databaseStarting,
            .databaseFull, .tooManyRequests, .rateExceeded, .questionsFull:
            .sendLater
        case .tooManyMessages: .sendFewer
        }
    }
}
