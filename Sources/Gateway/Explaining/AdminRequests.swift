import Authorization
import Hub
import Locking
import Observation
import Topics
import WebSocketServer
import Wire

/// Answers what operators ask about channels: looks at all loops, then explains off the loops.
///
/// Lives on one loop; answers come back to it as letters.
final class AdminRequests {
    private let services: NodeServices
    private let handOver: @Sendable (RequestNumber, Response) -> Void

    /// Serves the requests to one loop.
    ///
    /// - Parameters:
    ///   - services: What the loops share.
    ///   - handOver: Brings an answer back to the loop's thread, from any thread.
    init(
        services: NodeServices,
        handOver: @escaping @Sendable (RequestNumber, Response) -> Void
    ) {
        self.services = services
        self.handOver = handOver
    }

    /// What a request asks, where it may.
    func query(_ request: Request) -> AdminQuery? {
        guard request.listener == Routes.adminListener else { return nil }
        return try? AdminQuery(request, token: services.configuration.values.text(.adminToken))
    }

    /// Has every loop look.
    func received(_ number: RequestNumber, _ query: AdminQuery, loops: [Mailbox<Letter>]) {
        let services = services
        let handOver = handOver
        let answer: @Sendable (Response) -> Void = { response in
            services.observe(.gateway(.httpAnswered(status: response.status)))
            handOver(number, response)
        }
        let inspection = Inspection(query, loopCount: loops.count) { found in
            switch query {
            case .channels(let topic, _, let countMax):
                answer(Self.page(of: found, topic, countMax: countMax))
            case .explain(let topic, let place):
                guard let sight = found.channels.first else {
                    return answer(Self.error(404, "connection \(place.text) has no such channel"))
                }
                Self.explain(sight, topic, services, answer)
            }
        }
        for loop in loops {
            loop.postAnyway(.inspect(inspection), byteCount: Letter.smallByteCount)
        }
    }

    private static func page(
        of found: Inspection.Found,
        _ topic: TopicName,
        countMax: Int
    ) -> Response {
        let sorted = found.channels.sorted {
            ($0.loop, $0.connection.rawValue) < ($1.loop, $1.connection.rawValue)
        }
        let shown = sorted.prefix(countMax)
        let next =
            sorted.count > countMax ? shown.last.map { JSON.string(place(of: $0).text) } : nil
        let json = JSON.object([
            member("topic", .string(topic.text)),
            member("count", .number("\(found.count)")),
            member("channels", .array(shown.map(value))),
            member("next", next ?? .null),
        ])
        return .json(200, json.text.text)
    }

    private static func explain(
        _ sight: ChannelSight,
        _ topic: TopicName,
        _ services: NodeServices,
        _ answer: @escaping @Sendable (Response) -> Void
    ) {
        let question = Question(caller: sight.caller, topic: topic)
        let remembered = services.authorizer.remembered(question)
        let cached = remembered.map { verdict, age in
            JSON.object([
                member("verdict", ExplanationJSON.value(verdict)),
                member("age_seconds", .number("\(age.components.seconds)")),
            ])
        }
        var members = [
            member("topic", .string(topic.text)), member("held", value(sight)),
            member("cached", cached ?? .null),
        ]
        guard sight.isPrivate else {
            members.append(member("fresh", .null))
            members.append(member("note", .string("no rule is asked about a public channel")))
            return answer(.json(200, JSON.object(members).text.text))
        }
        let explainer = TopicExplainer(
            services.configuration.values,
            contract: services.topics.contract
        )
        let isStarted = services.explanations.start(question, by: explainer) { [members] outcome in
            switch outcome {
            case .success(let explanation):
                let fresh = member("fresh", ExplanationJSON.value(explanation))
                answer(.json(200, JSON.object(members + [fresh]).text.text))
            case .failure:
                answer(error(503, "the database did not answer"))
            }
        }
        if !isStarted { answer(error(429, "too many explanations at once")) }
    }

    private static func place(of sight: ChannelSight) -> AdminQuery.ConnectionPlace {
        AdminQuery.ConnectionPlace(loop: sight.loop, number: sight.connection.rawValue)
    }

    private static func value(_ sight: ChannelSight) -> JSON {
        let seconds = max(0, (ContinuousClock.now - sight.joinedAt).components.seconds)
        return .object([
            member("connection", .string(place(of: sight).text)),
            member("private", .bool(sight.isPrivate)),
            member("joined_seconds_ago", .number("\(seconds)")),
            member("role", .string(sight.caller.role)),
            member("verdict", ExplanationJSON.value(sight.verdict)),
        ])
    }

    static func error(_ status: Int, _ text: String) -> Response {
        .json(status, JSON.object([member("error", .string(text))]).text.text)
    }

    private static func member(_ key: String, _ value: JSON) -> JSON.Member {
        JSON.Member(key: key, value: value)
    }
}
