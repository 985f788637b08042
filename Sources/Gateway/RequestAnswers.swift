import Authorization
import Hub
import Observation
import WebSocketServer
import Wire

/// What requests for broadcasts are answered with, and what their headers mean.
enum RequestAnswers {
    /// The media types of a single message.
    static let mediaTypes: Set<String> = ["application/json", "application/octet-stream"]

    /// What any page may read of an answer.
    static let openToAll = [(name: "access-control-allow-origin", value: "*")]

    /// The answer to the question of a page elsewhere whether it may send.
    static func preflight() -> Response {
        Response(
            status: 204,
            headers: openToAll + [
                ("access-control-allow-methods", "GET, POST, OPTIONS"),
                (
                    "access-control-allow-headers",
                    "authorization, apikey, content-type, x-client-info"
                ),
                ("access-control-max-age", "86400"),
            ]
        )
    }

    static func accepted(_ rate: RequestRates.State, _ services: NodeServices) -> Response {
        services.observe(.gateway(.httpAnswered(status: 202)))
        return Response(
            status: 202,
            headers: openToAll + [
                ("x-rate-rolling", "\(rate.rolling)"), ("x-rate-limit", "\(rate.limit)"),
                ("x-rate-limit-remaining", "\(rate.remaining)"),
            ]
        )
    }

    static func refusal(
        _ refusal: RequestRefusal,
        body: String? = nil,
        _ services: NodeServices
    ) -> Response {
        services.observe(.gateway(.requestRefused(code: refusal.rawValue)))
        services.observe(.gateway(.httpAnswered(status: refusal.status)))
        return .json(refusal.status, body ?? refusal.body, headers: openToAll)
    }

    static func restarting(_ services: NodeServices) -> Response {
        services.observe(.gateway(.httpAnswered(status: 503)))
        return .json(503, Routes.drainingBody.text, headers: openToAll)
    }

    static func methodNotAllowed(_ services: NodeServices) -> Response {
        services.observe(.gateway(.httpAnswered(status: 405)))
        return .methodNotAllowed
    }

    /// The type in a `content-type` header, without what follows it.
    static func mediaType(_ header: String?) -> String {
        let type = (header ?? "").prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// The token in an `authorization` header; the scheme in any case.
    static func bearerToken(_ header: String) -> String? {
        guard header.lowercased().hasPrefix("bearer ") else { return nil }
        var token = header.dropFirst("bearer ".count)
        while token.first == " " { token.removeFirst() }
        while token.last == " " { token.removeLast() }
        return String(token)
    }
}

extension RequestRefusal {
    /// What is told when the rules could not be asked.
    init(_ unavailability: Unavailability) {
        self =
            switch unavailability {
            case .databaseAway, .deadlinePassed, .stopped: .databaseUnavailable
            case .connectionsExhausted: .databaseFull
            case .databaseStarting: .databaseStarting
            case .queryCanceled: .queryCanceled
            case .queueFull: .questionsFull
            case .policiesUnreadable, .evaluationFailed: .policyError
            }
    }

    /// What is told when too much came.
    init(_ refusal: RequestRates.Refusal) {
        self =
            switch refusal {
            case .tooManyRequests: .tooManyRequests
            case .rateExceeded: .rateExceeded
            case .tooManyMessages: .tooManyMessages
            }
    }
}

extension RequestRefusal {
    /// What a request is told whose one message was not sent.
    init(_ reason: BroadcastDropReason) {
        self =
            switch reason {
            case .tooLarge: .payloadTooLarge
            case .nameNotListed: .nameNotListed
            case .tokenStream: .tokenStream
            case .notAllowed, .publicChannel, .malformed, .waitingFull, .overTopicRate: .notAllowed
            }
    }
}
