import Topics
import WebSocketServer

/// What a path under `/api` is for, with Supabase's own gateway in front or without.
enum RequestTarget: Equatable {
    /// Several broadcasts, in the body.
    case broadcasts

    /// One broadcast, whose payload is the body.
    case broadcast(topic: TopicName, name: String, isPrivate: Bool)

    /// Whether the gateway answers.
    case ping

    /// What Supabase's gateway serves the paths under.
    private static let prefix = "/realtime/v1"

    init?(_ request: Request) {
        let path = Self.plain(request.path)
        switch path {
        case "/api/ping": self = .ping
        case "/api/broadcast": self = .broadcasts
        default:
            guard let (topic, name) = Self.topicAndName(path) else { return nil }
            // The last one counts, as where the original comes from.
            let isPrivate = request.query.last { $0.name == "private" }?.value == "true"
            self = .broadcast(topic: topic, name: name, isPrivate: isPrivate)
        }
    }

    private static func plain(_ path: String) -> String {
        path.hasPrefix(prefix + "/api/") ? String(path.dropFirst(prefix.count)) : path
    }

    /// Takes `/api/broadcast/{topic}/events/{event}` apart, at the last `/events/`.
    ///
    /// The path arrives with its percent-encoding undone, so that a slash of a name looks like one
    /// between the segments.
    private static func topicAndName(_ path: String) -> (TopicName, String)? {
        let start = "/api/broadcast/"
        let middle = "/events/"
        guard path.hasPrefix(start) else { return nil }
        let rest = path.dropFirst(start.count)
        guard let place = rest.ranges(of: middle).last,
            let topic = try? TopicName(String(rest[..<place.lowerBound]))
        else { return nil }
        let name = String(rest[place.upperBound...])
        return name.isEmpty ? nil : (topic, name)
    }
}
