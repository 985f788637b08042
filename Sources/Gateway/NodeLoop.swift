import Authorization
import Changes
import FoundationEssentials
import Hub
import Locking
import Observation
import Outbox
import Synchronization
import Tokens
import Topics
import WebSocketServer
import Wire

/// One loop of the node with its hub: carries events in and effects out, on the loop's thread.
///
/// It is made on the thread that starts the node, and then belongs to its loop's thread alone.
final class NodeLoop {
    /// Which loop of the node this is, from 0.
    let index: Int

    let services: NodeServices

    /// What tokens are verified with; the loop's own, so that nobody is waited for.
    private(set) var tokens: TokenVerifier
    private var parts: Parts?
    private var siblings: [Mailbox<Letter>] = []
    private var follower: ChangeFollower?
    private var deltas = CounterDeltas()
    private(set) var isDraining = false

    /// What exists once the listeners are bound.
    private struct Parts {
        unowned let loop: Loop
        let hub: Hub
        let mailbox: Mailbox<Letter>
        let requests: BroadcastRequests
        let admin: AdminRequests
    }

    private init(index: Int, services: NodeServices) {
        self.index = index
        self.services = services
        tokens = services.keys.initial
    }

    /// A loop that is ready to be started on its thread, and the mailbox to reach it by.
    struct Prepared {
        let loop: PreparedLoop
        let mailbox: Mailbox<Letter>
    }

    /// Binds the listeners and makes the loop, its hub and its mailbox.
    static func prepare(
        index: Int,
        services: NodeServices,
        configuration: LoopConfiguration
    ) throws(LoopError) -> Prepared {
        let node = NodeLoop(index: index, services: services)
        let loop = try Loop(configuration: configuration, delegate: node)
        let waker = loop.waker
        let mailbox = Mailbox<Letter>(byteCountMax: services.mailboxByteCountMax) { waker.wake() }
        var limits = services.configuration.hubLimits
        // Channels that are there already leave most of the room for questions to joins.
        let questionCountMax = services.configuration.values.number(.authorizationQuestions)
        limits.reaskCountMax = max(1, questionCountMax / 4 / services.loopCount)
        let hub = Hub(
            loop: index,
            of: services.loopCount,
            limits: limits,
            allowance: services.allowances.node,
            interest: services.interest,
            channelCounts: services.channelCounts,
            port: node
        )
        let requests = BroadcastRequests(
            services: services,
            hub: hub,
            answer: { [unowned loop] in loop.answer($0, with: $1) },
            handOver: { number, answers in
                // As many letters as requests that wait, whose number is limited.
                let byteCount = Letter.smallByteCount * (1 + answers.count)
                mailbox.postAnyway(.verdicts(number, answers), byteCount: byteCount)
            }
        )
        hub.adopt(services.topics.contract)
        let admin = AdminRequests(services: services) { number, response in
            // As many as requests that wait, whose number is limited.
            let byteCount = Letter.smallByteCount + response.body.count
            mailbox.postAnyway(.adminAnswer(number, response), byteCount: byteCount)
        }
        node.parts = Parts(
            loop: loop,
            hub: hub,
            mailbox: mailbox,
            requests: requests,
            admin: admin
        )
        return Prepared(loop: PreparedLoop(loop), mailbox: mailbox)
    }

    var time: HubTime {
        HubTime(now: .now, unixSeconds: Int64(Date.now.timeIntervalSince1970))
    }

    private func open(_ letter: Letter) {
        guard let parts else { return }
        let hub = parts.hub
        switch letter {
        case .siblings(let mailboxes, let follower):
            siblings = mailboxes
            self.follower = follower
        case .messages(let messages):
            for message in messages { hub.deliver(message) }
        case .concerns(let members, let committedAt):
            hub.concern(members, committedAt: committedAt, time: time)
        case .caughtUp(let number):
            hub.caughtUp(number, time: time)
        case .rulesChanged:
            hub.rulesChanged(time: time)
        case .relay(let broadcast):
            hub.deliver(broadcast)
        case .presence(let letter):
            hub.receive(letter)
        case .answer(let number, let connection, let topic, let answer):
            hub.answered(number, connection: connection, topic: topic, answer, time: time)
        case .replay(let number, let answer):
            hub.replayed(number, answer, time: time)
        case .verdicts(let number, let answers):
            parts.requests.answered(number, answers, time: time)
        case .changes(let deliveries):
            for delivery in deliveries {
                hub.deliverChange(delivery.message, to: delivery.channels)
            }
        case .changesAnswered(let notice, let channel, let generation):
            hub.changesAnswered(notice, channel: channel, generation: generation)
        case .inspect(let inspection):
            inspection.look(at: hub)
        case .adminAnswer(let number, let response):
            parts.loop.answer(number, with: response)
        case .notice(let notice, let prefixes):
            hub.announce(notice, toTopicsWith: prefixes)
        case .contract(let contract):
            hub.adopt(contract)
        case .tokens(let verifier):
            tokens = verifier
        case .drain(let limit):
            isDraining = true
            hub.drain()
            parts.loop.drain(code: .serviceRestart, reason: "", within: limit)
        }
    }
}

extension NodeLoop: LoopDelegate {
    func handshake(_ request: Request) -> HandshakeAnswer {
        Handshake(services: services, tokens: tokens, isDraining: isDraining)
            .answer(request, time: time)
    }

    func opened(_ connection: ConnectionID, request: Request, admission: any Sendable) {
        guard let admission = admission as? Admission else {
            preconditionFailure("every accepted handshake carries an admission")
        }
        parts?.hub.opened(
            ConnectionNumber(rawValue: connection.rawValue),
            serializer: admission.serializer,
            identity: admission.identity,
            allowances: admission.allowances
        )
        services.status.connectionCount.add(1, ordering: .relaxed)
        services.observe(.connection(.opened))
    }

    func received(text: [UInt8], from connection: ConnectionID) {
        parts?.hub.received(text, from: ConnectionNumber(rawValue: connection.rawValue), time: time)
    }

    func received(binary: [UInt8], from connection: ConnectionID) {
        parts?.hub.received(
            binary: binary,
            from: ConnectionNumber(rawValue: connection.rawValue),
            time: time
        )
    }

    func closed(_ connection: ConnectionID, end: ConnectionEnd) {
        let number = ConnectionNumber(rawValue: connection.rawValue)
        if case .closedByOther = end {
            parts?.hub.closed(number)
        } else {
            parts?.hub.lost(number, time: time)
        }
        services.status.connectionCount.subtract(1, ordering: .relaxed)
        services.observe(
            .connection(.closed(end.observed, code: end.code.map(Int.init)))
        )
    }

    func admits(_ request: Request) -> BodyAnswer {
        guard let parts else { preconditionFailure("a request came before the loop was made") }
        let handshake = Handshake(services: services, tokens: tokens, isDraining: isDraining)
        return parts.requests.admits(request, by: handshake, time: time)
    }

    func received(_ number: RequestNumber, body: [UInt8], admission: any Sendable) {
        if let query = admission as? AdminQuery {
            parts?.admin.received(number, query, loops: siblings)
            return
        }
        guard let admission = admission as? BroadcastRequests.Admission else {
            preconditionFailure("every admitted request carries an admission")
        }
        parts?.requests.received(number, body: body, admission: admission, time: time)
    }

    func defers(_ request: Request) -> (any Sendable)? { parts?.admin.query(request) }

    func respond(to request: Request) -> Response {
        Routes(services: services).respond(to: request)
    }

    func turn() {
        for letter in parts?.mailbox.takeAll() ?? [] { open(letter) }
    }

    func willWait() { parts?.hub.flushPresence() }

    func tick(now: ContinuousClock.Instant) {
        parts?.hub.tick(time: time)
        flushCounters()
        // One loop speaks for the node.
        if index == 0 { deltas.note(.ready, total: services.status.isReady ? 1 : 0) }
        if let waited = services.status.readinessToAnnounce() {
            services.observe(.gateway(.ready(after: waited)))
        }
    }

    private func flushCounters() {
        guard let parts else { return }
        note(parts.hub.counters)
        note(parts.loop.counters)
        deltas.note(.requestsWaiting, total: parts.loop.exchangeCount)
        let moved = deltas.takeAll()
        if !moved.isEmpty { services.observe(.counted(moved)) }
    }

    private func note(_ counters: HubCounters) {
        deltas.note(.channels, total: counters.channelCount)
        deltas.note(.topics, total: counters.topicCount)
        deltas.note(.messagesReceived, total: counters.messagesReceived)
        deltas.note(.broadcastsAccepted, total: counters.broadcastsAccepted)
        deltas.note(.deliveries, total: counters.deliveries)
        deltas.note(.encodings, total: counters.encodings)
        deltas.note(.replaysWaiting, total: counters.replaysWaiting)
        deltas.note(.replayOverlaps, total: counters.replayOverlaps)
        deltas.note(.channelsHeld, total: counters.channelsHeld)
        deltas.note(.withheldBytes, total: counters.withheldBytes)
        deltas.note(.withheldDropped, total: counters.withheldOvertaken, labels: ["overtaken"])
        deltas.note(.withheldDropped, total: counters.withheldOverLimit, labels: ["full"])
        deltas.note(.holdResyncs, total: counters.holdResyncs)
        deltas.note(.reevaluations, total: counters.reasksByConcern, labels: ["concern"])
        deltas.note(.reevaluations, total: counters.reasksByRules, labels: ["rules"])
        deltas.note(.reevaluations, total: counters.reasksByTime, labels: ["time"])
        deltas.note(.presences, total: counters.presenceMetas)
        deltas.note(.presencesTracked, total: counters.presenceTracked)
        deltas.note(.presencesResumed, total: counters.presenceResumed)
        deltas.note(.presenceDiffs, total: counters.presenceDiffs)
        deltas.note(.presenceDiffsMissed, total: counters.presenceDiffsMissed)
        deltas.note(.presenceStates, total: counters.presenceStates)
    }

    private func note(_ counters: LoopCounters) {
        deltas.note(.bytesReceived, total: counters.bytesIn)
        deltas.note(.bytesSent, total: counters.bytesOut)
        deltas.note(.writes, total: counters.writeCount)
        deltas.note(.links, total: counters.linkCount)
        deltas.note(.linksRefused, total: counters.refusedByAddressCount, labels: ["address"])
        deltas.note(.linksRefused, total: counters.handshakeTimeoutCount, labels: ["timeout"])
        deltas.note(.linksRefused, total: counters.malformedCount, labels: ["malformed"])
        deltas.note(.linksRefused, total: counters.bodyTooLargeCount, labels: ["body_too_large"])
        deltas.note(.linksRefused, total: counters.bodyTimeoutCount, labels: ["body_timeout"])
        deltas.note(.linksRefused, total: counters.requestRefusedCount, labels: ["requests_full"])
        deltas.note(.linksRefused, total: counters.unansweredCount, labels: ["unanswered"])
        deltas.note(.acceptPauses, total: counters.acceptPauseCount)
        deltas.note(.pings, total: counters.pingCount)
    }
}

extension NodeLoop: HubPort {
    func send(_ message: EncodedMessage, to connection: ConnectionNumber) {
        parts?.loop.send(message, to: ConnectionID(rawValue: connection.rawValue))
    }

    func close(_ connection: ConnectionNumber, code: CloseCode, reason: String) {
        parts?.loop.close(ConnectionID(rawValue: connection.rawValue), code: code, reason: reason)
    }

    func drop(_ connection: ConnectionNumber) {
        parts?.loop.drop(ConnectionID(rawValue: connection.rawValue))
    }

    func ask(_ question: AccessQuestion) {
        guard let mailbox = parts?.mailbox else { return }
        services.authorizer.ask(
            Question(caller: question.caller, topic: question.topic),
            isFresh: question.isFresh
        ) { answer in
            let letter = Letter.answer(
                number: question.number,
                connection: question.connection,
                topic: question.topic,
                AccessAnswer(answer)
            )
            // As many answers as questions, whose number is limited; and the answer may come on
            // this very thread, which must not wait for itself.
            mailbox.postAnyway(letter, byteCount: Letter.smallByteCount)
        }
    }

    func catchUp(_ number: UInt64) {
        guard let mailbox = parts?.mailbox else { return }
        services.status.catchUp {
            // One at a time of each loop.
            mailbox.postAnyway(.caughtUp(number), byteCount: Letter.smallByteCount)
        }
    }

    func replay(_ question: ReplayQuestion) {
        guard let mailbox = parts?.mailbox else { return }
        let topics = services.topics
        services.replayer.ask(ReplayRequest(question)) { outcome in
            let answer = ReplayAnswer(outcome, to: question, under: topics.contract)
            let letter = Letter.replay(number: question.number, answer)
            switch answer {
            case .messages:
                _ = mailbox.postWaiting(letter, byteCount: answer.byteCount)
            case .unavailable:
                // It may come on this very thread, which must not wait for itself.
                mailbox.postAnyway(letter, byteCount: answer.byteCount)
            }
        }
    }

    func freeByteCount(of connection: ConnectionNumber) -> Int {
        parts?.loop.freeByteCount(of: ConnectionID(rawValue: connection.rawValue)) ?? 0
    }

    func follow(_ wish: ChangesWish) { follower?.follow(wish, loop: index) }

    func unfollow(_ channel: UInt64) {
        follower?.unfollow(ChangeMember.Address(loop: index, channel: channel))
    }

    func relay(_ broadcast: RelayedBroadcast) {
        let loops = services.interest.loops(of: broadcast.topic)
        for (index, mailbox) in siblings.enumerated()
        where index != self.index && broadcast.isFor(loops, loop: index) {
            let isPosted = mailbox.post(.relay(broadcast), byteCount: broadcast.byteCount)
            services.observe(
                .broadcast(isPosted ? .relayed(loopCount: 1) : .dropped)
            )
        }
    }

    func carry(_ letter: PresenceLetter, to loop: Int, mustArrive: Bool) -> Bool {
        guard siblings.indices.contains(loop) else { return false }
        let mailbox = siblings[loop]
        if mustArrive {
            return mailbox.postAnyway(.presence(letter), byteCount: letter.byteCount)
        }
        return mailbox.post(.presence(letter), byteCount: letter.byteCount)
    }

    func randomBits() -> UInt64 { .random(in: .min ... .max) }

    func verify(
        _ token: String,
        like identity: Identity,
        time: HubTime
    ) -> Result<Identity, JoinRefusal> {
        do {
            let claims = try tokens.verify(token, now: time.unixSeconds)
            return .success(
                Identity(token: token, claims: claims, headers: identity.caller.headers)
            )
        } catch {
            services.refused(error)
            return .failure(JoinRefusal(error))
        }
    }

    var isCaughtUp: Bool { services.status.isCaughtUp }

    func note(_ note: HubNote) {
        services.observe(Observation(note))
    }
}
