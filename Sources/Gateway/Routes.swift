import Observation
import WebSocketServer
import Wire

/// The plain HTTP routes of a node.
struct Routes {
    /// The listener that WebSockets are served on.
    static let publicListener = 0

    /// The listener of metrics.
    static let adminListener = 1

    static let notFoundBody = JSONText(trusted: Array(#"{"error":"not found"}"#.utf8))

    static let drainingBody = JSONText(
        trusted: Array(#"{"error":"Realtime is restarting, please standby"}"#.utf8)
    )

    let services: NodeServices

    func respond(to request: Request) -> Response {
        let response = request.listener == Self.adminListener ? admin(request) : open(request)
        services.observe(.gateway(.httpAnswered(status: response.status)))
        return response
    }

    private func open(_ request: Request) -> Response {
        let target = RequestTarget(request)
        if request.method == "OPTIONS" {
            return target == nil ? .methodNotAllowed : RequestAnswers.preflight()
        }
        if target == .ping {
            return .json(200, #"{"message":"Success"}"#, headers: RequestAnswers.openToAll)
        }
        switch request.path {
        case "/healthcheck":
            return Response(status: 200, body: Array("ok".utf8))
        case "/healthz":
            return Self.json(200, #"{"status":"ok"}"#)
        case "/readyz":
            let isReady = services.status.isReady
            let word = isReady ? "ready" : "not ready"
            let topics = services.status.keepsTopics ? #","topics":"kept""# : ""
            return Self.json(isReady ? 200 : 503, #"{"status":"\#(word)"\#(topics)}"#)
        default:
            guard let page = services.configuration.pages[request.path] else {
                return Self.json(404, Self.notFoundBody.text)
            }
            guard Self.namesThisMachine(request.headers["host"]) else {
                return Self.json(403, #"{"error":"this page is served to this machine only"}"#)
            }
            return Response(
                status: 200,
                contentType: page.contentType,
                body: page.body(),
                headers: [("cache-control", "no-store")]
            )
        }
    }

    private func admin(_ request: Request) -> Response {
        guard request.method != "OPTIONS" else { return .methodNotAllowed }
        let token = services.configuration.values.text(.adminToken)
        do throws(AdminQuery.Refusal) {
            // With GET and nothing wrong it was taken up before it came here.
            if try AdminQuery(request, token: token) != nil { return .methodNotAllowed }
        } catch {
            return AdminRequests.error(error.status, error.rawValue)
        }
        guard request.path == "/metrics" else { return Self.json(404, Self.notFoundBody.text) }
        if !token.isEmpty, !Self.isSame(request.headers["authorization"], "Bearer " + token) {
            return Self.json(403, #"{"error":"a bearer token is needed"}"#)
        }
        return Response(
            status: 200,
            contentType: PrometheusText.contentType,
            body: Array(services.metricsText().utf8)
        )
    }

    /// Whether a `Host` header names loopback, with any port.
    ///
    /// A page elsewhere may have its own name resolve to loopback and so read what is meant for the
    /// person at this machine; its name stands in the header then.
    static func namesThisMachine(_ host: String?) -> Bool {
        guard var name = host?.lowercased() else { return false }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            let port = name[name.index(after: colon)...]
            guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { return false }
            name = String(name[..<colon])
        }
        return ["127.0.0.1", "localhost", "[::1]"].contains(name)
    }

    private static func json(_ status: Int, _ text: String) -> Response {
        Response(status: status, contentType: "application/json", body: Array(text.utf8))
    }

    /// Compares without telling by its duration how much was right.
    static func isSame(_ given: String?, _ expected: String) -> Bool {
        let given = Array((given ?? "").utf8)
        let expected = Array(expected.utf8)
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
