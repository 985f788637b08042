import Hub
import Topics
import WebSocketServer

/// What somebody who operates the node asks it by a GET request.
enum AdminQuery: Hashable, Sendable {
    /// The channels of a topic.
    case channels(TopicName, after: ConnectionPlace?, countMax: Int)

    /// Why a channel may do what it may.
    case explain(TopicName, ConnectionPlace)

    /// A connection of the node: its loop, and its number there, written `0-17`.
    struct ConnectionPlace: Hashable, Sendable {
        let loop: Int
        let number: UInt64

        init(loop: Int, number: UInt64) {
            self.loop = loop
            self.number = number
        }

        /// Reads what ``text`` writes.
        init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count <= 3, let loop = Int(parts[0]), loop >= 0,
                let number = UInt64(parts[1])
            else { return nil }
            self.init(loop: loop, number: number)
        }

        var text: String { "\(loop)-\(number)" }
    }

    /// What is wrong with a request for a path of ours.
    enum Refusal: String, Error {
        case switchedOff = "set admin.token to switch this on"
        case unauthorized = "a bearer token is needed"
        case topicMissing = "say which topic: ?topic=trip:42"
        case connectionMissing = "say which connection, as /admin/channels numbers them"
        case pageMalformed = "after is a connection, count a number from 1 to 1000"

        var status: Int {
            switch self {
            case .switchedOff, .unauthorized: 403
            case .topicMissing, .connectionMissing, .pageMalformed: 400
            }
        }
    }

    /// Channels of a page unless the request says otherwise, and at most.
    static let countDefault = 100
    static let countMax = 1_000

    static let paths: Set<String> = ["/admin/channels", "/admin/explain"]

    /// Reads a request; nil where it is for something else.
    ///
    /// - Parameters:
    ///   - request: A request to the listener of metrics.
    ///   - token: What `admin.token` says; without it nothing is answered, on loopback neither.
    /// - Throws: ``Refusal``; who has no token learns nothing else.
    init?(_ request: Request, token: String) throws(Refusal) {
        guard Self.paths.contains(request.path) else { return nil }
        guard !token.isEmpty else { throw .switchedOff }
        guard Routes.isSame(request.headers["authorization"], "Bearer " + token) else {
            throw .unauthorized
        }
        guard let text = request.queryValue("topic"), let topic = try? TopicName(text) else {
            throw .topicMissing
        }
        if request.path == "/admin/explain" {
            guard let place = request.queryValue("connection").flatMap(ConnectionPlace.init) else {
                throw .connectionMissing
            }
            self = .explain(topic, place)
            return
        }
        let after = request.queryValue("after")
        let count = request.queryValue("count")
        let place = after.flatMap(ConnectionPlace.init)
        let countMax = count.map { Int($0) ?? 0 } ?? Self.countDefault
        guard after == nil || place != nil, (1...Self.countMax).contains(countMax) else {
            throw .pageMalformed
        }
        self = .channels(topic, after: place, countMax: countMax)
    }
}
