/// Why a broadcast that came as an HTTP request is refused, as status and body.
public enum RequestRefusal: String, CaseIterable, Hashable, Sendable, Error {
    /// The body is no JSON.
    case malformed
    /// There is no token, or one that is refused.
    case unauthorized
    /// The INSERT policies do not let this person send, or the topic is public and those are off.
    case notAllowed = "not_allowed"
    /// The path does not end with a topic and a name.
    case notFound = "not_found"
    /// The body is larger than the limit.
    case bodyTooLarge = "body_too_large"
    /// The body is neither JSON nor bytes.
    case mediaTypeUnknown = "media_type_unknown"
    /// There are no messages.
    case messagesBlank = "messages_blank"
    /// What stands under `messages` is no list of objects.
    case messagesInvalid = "messages_invalid"
    /// A message lacks a field, or a field is of another kind.
    case fieldsInvalid = "fields_invalid"
    /// There is no payload.
    case payloadBlank = "payload_blank"
    /// The payload is larger than the limit.
    case payloadTooLarge = "payload_too_large"
    /// The topic's file does not list the name.
    case nameNotListed = "name_not_listed"
    /// The message is a piece of a text that is being generated.
    case tokenStream = "token_stream"
    /// A policy or its evaluation failed.
    case policyError = "policy_error"
    /// The database took too long.
    case queryCanceled = "query_canceled"
    /// The database cannot be reached, or did not answer in time.
    case databaseUnavailable = "database_unavailable"
    /// The database is starting.
    case databaseStarting = "database_starting"
    /// The database takes no more connections.
    case databaseFull = "database_full"
    /// Too many requests came, or wait.
    case tooManyRequests = "too_many_requests"
    /// Too many messages came.
    case rateExceeded = "rate_exceeded"
    /// The request has more messages than may come now.
    case tooManyMessages = "too_many_messages"
    /// Too many questions wait for the database.
    case questionsFull = "questions_full"

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .malformed: 400
        case .unauthorized: 401
        case .notAllowed: 403
        case .notFound: 404
        case .bodyTooLarge: 413
        case .mediaTypeUnknown: 415
        case .messagesBlank, .messagesInvalid, .fieldsInvalid, .payloadBlank, .payloadTooLarge,
            .nameNotListed, .tokenStream, .policyError, .queryCanceled, .databaseUnavailable,
            .databaseStarting, .databaseFull:
            422
        case .tooManyRequests, .rateExceeded, .tooManyMessages, .questionsFull: 429
        }
    }

    /// The exact body; that of ``fieldsInvalid`` is an example.
    public var body: String {
        switch self {
        case .malformed: #"{"errors":{"detail":"Bad Request"}}"#
        case .unauthorized, .notAllowed: #"{"message":"Unauthorized"}"#
        case .notFound: #"{"error":"not found"}"#
        case .bodyTooLarge: #"{"error":"the body is too large"}"#
        case .mediaTypeUnknown:
            #"{"error":"Unsupported Media Type. "#
                + #"Use application/json or application/octet-stream"}"#
        case .messagesBlank: #"{"errors":{"messages":["can't be blank"]}}"#
        case .messagesInvalid: #"{"errors":{"messages":["is invalid"]}}"#
        case .fieldsInvalid: #"{"errors":{"messages":[{"topic":["can't be blank"]},{}]}}"#
        case .payloadBlank: #"{"errors":{"payload":["can't be blank"]}}"#
        case .payloadTooLarge: #"{"errors":{"payload":["Payload size exceeds tenant limit"]}}"#
        case .nameNotListed: #"{"errors":{"event":["is invalid"]}}"#
        case .tokenStream: #"{"errors":{"event":["\#(BroadcastRefusal.tokenStream.reason)"]}}"#
        case .policyError: #"{"message":"RLS policy error"}"#
        case .queryCanceled: #"{"message":"Query canceled"}"#
        case .databaseUnavailable: #"{"message":"Tenant database unavailable"}"#
        case .databaseStarting: #"{"message":"Tenant database initializing"}"#
        case .databaseFull: #"{"message":"Tenant database has too many connections"}"#
        case .tooManyRequests: #"{"message":"Too many requests"}"#
        case .rateExceeded: #"{"message":"You have exceeded your rate limit"}"#
        case .tooManyMessages:
            #"{"message":"Too many messages to broadcast, please reduce the batch size"}"#
        case .questionsFull: #"{"message":"Connection pool exhausted"}"#
        }
    }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = allCases.map { refusal in
        CatalogueEntry(
            code: String(refusal.status),
            text: refusal.body,
            meaning: refusal.meaning,
            advice: refusal.advice
        )
    }
}
