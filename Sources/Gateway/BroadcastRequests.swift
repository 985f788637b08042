import Authorization
import Hub
import Observation
import Synchronization
import Topics
import WebSocketServer
import Wire

/// The broadcasts that come to one loop as HTTP requests, from their header to their answer.
///
/// A request that goes to private topics waits for the database's verdicts, all of which are asked
/// together; the loop goes on meanwhile. What waits is bounded by the loop.
final class BroadcastRequests {
    /// Who sends what where, once the header has been looked at.
    struct Admission: Sendable {
        let target: RequestTarget
        let mediaType: String
        let identity: Identity
        let rates: RequestRates
    }

    /// A request whose verdicts are awaited.
    private struct Pending {
        let broadcasts: [RequestedBroadcast]
        let isSingle: Bool
        let caller: Caller
        let rate: RequestRates.State
    }

    private let services: NodeServices
    private unowned let hub: Hub
    private let answer: (RequestNumber, Response) -> Void
    private let handOver: @Sendable (RequestNumber, [TopicName: Answer]) -> Void
    private var pending: [RequestNumber: Pending] = [:]

    /// Serves the requests of one loop.
    ///
    /// - Parameters:
    ///   - services: What the loops share.
    ///   - hub: The loop's hub, which outlives this.
    ///   - answer: Answers a request.
    ///   - handOver: Brings verdicts back to the loop's thread, from any thread.
    init(
        services: NodeServices,
        hub: Hub,
        answer: @escaping (RequestNumber, Response) -> Void,
        handOver: @escaping @Sendable (RequestNumber, [TopicName: Answer]) -> Void
    ) {
        self.services = services
        self.hub = hub
        self.answer = answer
        self.handOver = handOver
    }

    /// Decides by its header whether a request's body is read.
    ///
    /// - Parameters:
    ///   - request: What has arrived of it.
    ///   - handshake: Knows whom a token names, for requests as for WebSockets.
    ///   - time: What time it is.
    /// - Returns: To read the body, or an answer.
    func admits(_ request: Request, by handshake: Handshake, time: HubTime) -> BodyAnswer {
        guard request.listener == Routes.publicListener, let target = RequestTarget(request) else {
            return .refuse(RequestAnswers.refusal(.notFound, services))
        }
        guard target != .ping else { return .refuse(RequestAnswers.methodNotAllowed(services)) }
        guard !handshake.isDraining else { return .refuse(RequestAnswers.restarting(services)) }
        guard let identity = identity(of: request, by: handshake, time: time) else {
            return .refuse(RequestAnswers.refusal(.unauthorized, services))
        }
        let mediaType = RequestAnswers.mediaType(request.headers["content-type"])
        if target != .broadcasts, !RequestAnswers.mediaTypes.contains(mediaType) {
            return .refuse(RequestAnswers.refusal(.mediaTypeUnknown, services))
        }
        let kinds: [RateKind] = [.requests, .requestMessages, .messages]
        let found = handshake.allowances(of: request, identity, limiting: kinds, time: time)
        guard let found else {
            return .refuse(RequestAnswers.refusal(.tooManyRequests, services))
        }
        let rates = RequestRates(allowances: found, node: services.allowances.node)
        do throws(RequestRates.OverRate) {
            try rates.takeRequest(now: time.now)
        } catch {
            return .refuse(RequestAnswers.refusal(overRate(error), services))
        }
        return .read(
            byteCountMax: services.configuration.values.number(.limitsRequestBytes),
            admission: Admission(
                target: target,
                mediaType: mediaType,
                identity: identity,
                rates: rates
            )
        )
    }

    /// Counts a request that came when there was no room for it, and says what it is told.
    private func overRate(_ found: RequestRates.OverRate) -> RequestRefusal {
        services.observe(
            .connection(.limitReached(scope: found.scope.rawValue, limit: found.kind.name))
        )
        return RequestRefusal(found.refusal)
    }

    private func identity(
        of request: Request,
        by handshake: Handshake,
        time: HubTime
    ) -> Identity? {
        let bearer = request.headers["authorization"].flatMap(RequestAnswers.bearerToken)
        guard let token = bearer ?? request.headers["apikey"], !token.isEmpty else { return nil }
        return try? handshake.identity(of: request, token: token, time: time)
    }

    /// A request's body is there: checks it, and sends what it asks for or asks who may.
    func received(
        _ number: RequestNumber,
        body: [UInt8],
        admission: Admission,
        time: HubTime
    ) {
        let broadcasts: [RequestedBroadcast]
        let rate: RequestRates.State
        do throws(BroadcastList.Refused) {
            broadcasts = try read(body, admission)
        } catch {
            return refuse(number, error.refusal, body: error.body)
        }
        do throws(RequestRates.OverRate) {
            rate = try admission.rates.takeMessages(broadcasts.count, now: time.now)
        } catch {
            return refuse(number, overRate(error))
        }
        let waiting = Pending(
            broadcasts: broadcasts,
            isSingle: admission.target != .broadcasts,
            caller: admission.identity.caller,
            rate: rate
        )
        let topics = Set(broadcasts.filter(\.isPrivate).compactMap { try? TopicName($0.topic) })
        guard !topics.isEmpty else { return finish(number, waiting, [:], time: time) }
        guard services.takeQuestions(topics.count) else { return refuse(number, .questionsFull) }
        pending[number] = waiting
        ask(number, topics, admission.identity.caller)
    }

    private func read(
        _ body: [UInt8],
        _ admission: Admission
    ) throws(BroadcastList.Refused) -> [RequestedBroadcast] {
        let values = services.configuration.values
        let payloadByteCountMax = values.number(.limitsPayloadBytes)
        let topicByteCountMax = values.number(.limitsTopicBytes)
        guard case .broadcast(let topic, let name, let isPrivate) = admission.target else {
            let limits = BroadcastList.Limits(
                countMax: values.number(.limitsRequestMessages),
                payloadByteCountMax: payloadByteCountMax
            ) { $0.utf8.count <= topicByteCountMax && (try? TopicName($0)) != nil }
            return try BroadcastList(parsing: body, limits: limits).broadcasts
        }
        guard topic.text.utf8.count <= topicByteCountMax else { throw .init(.notFound) }
        guard body.count <= payloadByteCountMax else { throw .init(.payloadTooLarge) }
        let content: BroadcastContent
        do throws(RequestRefusal) {
            let isJSON = admission.mediaType == "application/json"
            content = try RequestedBroadcast.content(ofBody: body, isJSON: isJSON)
        } catch {
            throw .init(error)
        }
        return [
            RequestedBroadcast(
                topic: topic.text,
                name: name,
                content: content,
                isPrivate: isPrivate
            )
        ]
    }

    private func ask(_ number: RequestNumber, _ topics: Set<TopicName>, _ caller: Caller) {
        let services = services
        let gathering = VerdictGathering(count: topics.count) { [handOver] answers in
            services.giveBackQuestions(answers.count)
            handOver(number, answers)
        }
        for topic in topics {
            services.authorizer.ask(Question(caller: caller, topic: topic)) { answer in
                gathering.add(answer, on: topic)
            }
        }
    }

    /// The verdicts on a request's private topics are there.
    func answered(_ number: RequestNumber, _ answers: [TopicName: Answer], time: HubTime) {
        guard let waiting = pending.removeValue(forKey: number) else { return }
        for case .unavailable(let reason) in answers.values {
            return refuse(number, RequestRefusal(reason))
        }
        let verdicts = answers.compactMapValues { answer -> Verdict? in
            guard case .verdict(let verdict, _) = answer else { return nil }
            return verdict
        }
        finish(number, waiting, verdicts, time: time)
    }

    /// Sends what may be sent and answers the request.
    private func finish(
        _ number: RequestNumber,
        _ request: Pending,
        _ verdicts: [TopicName: Verdict],
        time: HubTime
    ) {
        var refused: BroadcastDropReason?
        for broadcast in request.broadcasts {
            guard let topic = try? TopicName(broadcast.topic) else { continue }
            let key = TopicKey(name: topic, isPrivate: broadcast.isPrivate)
            let reason =
                dropReason(broadcast, topic, verdicts)
                ?? hub.refusal(of: broadcast, to: key, by: request.caller, time: time)
            if let reason {
                refused = reason
                services.observe(.broadcast(.refused(reason: reason.rawValue)))
                continue
            }
            send(broadcast, to: key, isSingle: request.isSingle)
        }
        if let refused, request.isSingle { return refuse(number, RequestRefusal(refused)) }
        answer(number, RequestAnswers.accepted(request.rate, services))
    }

    /// Of a list all members get text; one message has the form that a connection's would have.
    private func send(_ broadcast: RequestedBroadcast, to topic: TopicKey, isSingle: Bool) {
        let wireText = topic.name.wireText
        guard case .json(let payload) = broadcast.content, !isSingle else {
            let whole = UserBroadcast(name: broadcast.name, content: broadcast.content)
            return hub.broadcast(to: topic) { $0.broadcast(whole, topic: wireText) }
        }
        let whole = BroadcastPayload.fromRequest(
            id: broadcast.id,
            name: broadcast.name,
            payload: payload
        )
        hub.broadcast(to: topic) { encoder in
            encoder.push(
                joinRef: .null,
                ref: .null,
                topic: wireText,
                name: MessageName.broadcast.rawValue,
                payload: whole
            )
        }
    }

    private func dropReason(
        _ broadcast: RequestedBroadcast,
        _ topic: TopicName,
        _ verdicts: [TopicName: Verdict]
    ) -> BroadcastDropReason? {
        if broadcast.isPrivate {
            return verdicts[topic]?.broadcastWrite == true ? nil : .notAllowed
        }
        return hub.allowsPublicBroadcasts ? nil : .publicChannel
    }

    private func refuse(_ number: RequestNumber, _ refusal: RequestRefusal, body: String? = nil) {
        answer(number, RequestAnswers.refusal(refusal, body: body, services))
    }
}
