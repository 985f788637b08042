import Authorization
import Hub
import Locking
import Observation
import Outbox
import Synchronization
import WebSocketServer

/// The parts of a node that runs, in the order in which they were started.
public final class RunningNode: Sendable {
    /// Where the node can be reached.
    public let addresses: NodeAddresses

    let observe: Observe
    let status: NodeStatus
    private let mailboxes: [Mailbox<Letter>]
    private let threads: [WorkThread]
    private let reader: OutboxReader
    private let follower: ChangeFollower
    let keeper: PartitionKeeper
    private let authorizer: Authorizer
    private let replayer: OutboxReplayer
    private let keys: KeyKeeper
    private let topics: TopicKeeper
    private let explanations: Explanations
    private let startedAt = ContinuousClock.now

    init(_ configuration: GatewayConfiguration) throws(NodeFailure) {
        let observers = Observers(configuration)
        let observe = observers.observe
        self.observe = observe
        observe(.gateway(.starting(version: GatewayVersion.text)))
        let status = NodeStatus()
        self.status = status
        let interest = Interest()
        let authorizer = try Self.needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try Authorizer(
                configuration: AuthorizationConfiguration(configuration),
                observe: observe
            )
        }
        self.authorizer = authorizer
        let keys = try Self.needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try KeyKeeper(configuration.tokens, observe: observe)
        }
        self.keys = keys
        status.watch(keys)
        let topics = try TopicKeeper(configuration, observe: observe)
        self.topics = topics
        status.watch(topics.served)
        let replayer = try Self.needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try OutboxReplayer(
                configuration: ReplayConfiguration(configuration),
                observe: observe
            )
        }
        self.replayer = replayer
        let services = NodeServices(
            configuration: configuration,
            interest: interest,
            authorizer: authorizer,
            replayer: replayer,
            keys: keys,
            topics: topics.served,
            status: status,
            observe: observe,
            metricsText: observers.metricsText
        )
        explanations = services.explanations
        let prepared = try Self.prepare(services)
        let mailboxes = prepared.map(\.mailbox)
        self.mailboxes = mailboxes
        let outbox = OutboxConfiguration(configuration)
        let follower = try Self.follower(services, loops: mailboxes)
        self.follower = follower
        let router = WindowRouter(services, mailboxes: mailboxes, follower: follower)
        reader = try Self.needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try OutboxReader(configuration: outbox, sink: router, observe: observe)
        }
        status.watch(reader)
        keeper = try Self.needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try PartitionKeeper(configuration: outbox, observe: observe)
        }
        addresses = Self.addresses(configuration, ports: prepared[0].loop.ports)
        Self.tell(.siblings(mailboxes, follower), to: mailboxes)
        keys.start { verifier in Self.tell(.tokens(verifier), to: mailboxes) }
        topics.start { contract in Self.tell(.contract(contract), to: mailboxes) }
        authorizer.start { Self.tell(.rulesChanged, to: mailboxes) }
        replayer.start()
        follower.start()
        reader.start()
        keeper.start()
        threads = prepared.enumerated().map { index, part in
            part.loop.start(name: "loop-\(index)")
        }
        announceListeners(configuration)
    }

    /// Tells every loop something that must arrive.
    private static func tell(_ letter: Letter, to mailboxes: [Mailbox<Letter>]) {
        for mailbox in mailboxes {
            mailbox.postAnyway(letter, byteCount: Letter.smallByteCount)
        }
    }

    private static func follower(
        _ services: NodeServices,
        loops: [Mailbox<Letter>]
    ) throws(NodeFailure) -> ChangeFollower {
        try needingDescriptors { () throws(WakePipe.OutOfDescriptors) in
            try ChangeFollower(
                ChangeSettings(services.configuration),
                loops: loops,
                // The status knows the reader, which hands its rows to the follower.
                isCaughtUp: { [weak status = services.status] in status?.isCaughtUp == true },
                observe: services.observe
            )
        }
    }

    private static func prepare(
        _ services: NodeServices
    ) throws(NodeFailure) -> [NodeLoop.Prepared] {
        let layout = LoopLayout(services.configuration)
        var prepared: [NodeLoop.Prepared] = []
        do {
            for index in 0..<layout.loopCount {
                let configuration = layout.configuration(
                    of: index,
                    ports: prepared.first?.loop.ports
                )
                prepared.append(
                    try NodeLoop.prepare(
                        index: index,
                        services: services,
                        configuration: configuration
                    )
                )
            }
        } catch {
            throw NodeFailure(error, in: services.configuration)
        }
        return prepared
    }

    private static func needingDescriptors<Part>(
        _ make: () throws(WakePipe.OutOfDescriptors) -> Part
    ) throws(NodeFailure) -> Part {
        do {
            return try make()
        } catch {
            throw .outOfDescriptors
        }
    }

    private static func addresses(
        _ configuration: GatewayConfiguration,
        ports: [Int]
    ) -> NodeAddresses {
        NodeAddresses(
            host: configuration.listen.host,
            port: ports[Routes.publicListener],
            adminHost: configuration.admin.host,
            adminPort: ports[Routes.adminListener],
            isTLS: configuration.tls != nil
        )
    }

    private func announceListeners(_ configuration: GatewayConfiguration) {
        observe(
            .gateway(
                .listening(host: addresses.host, port: addresses.port, isTLS: addresses.isTLS)
            )
        )
        observe(
            .gateway(
                .listening(host: addresses.adminHost, port: addresses.adminPort, isTLS: false)
            )
        )
    }

    /// Whether the reader has caught up, so that joins get everything from then on.
    public var isReady: Bool { status.isReady }

    /// Reads the topic files again; what is wrong with them is told in the log.
    public func reloadTopics() { topics.reload() }

    /// Says goodbye to every connection, then stops every part.
    ///
    /// - Parameter limit: How long connections may take to go; after it they are dropped.
    public func end(within limit: Duration) async {
        status.isDraining.store(true, ordering: .relaxed)
        observe(
            .gateway(
                .draining(connectionCount: status.connectionCount.load(ordering: .relaxed))
            )
        )
        for mailbox in mailboxes {
            mailbox.postAnyway(.drain(within: limit), byteCount: Letter.smallByteCount)
        }
        await partsHaveStopped(within: limit + Self.stopReserve)
        observe(.gateway(.stopped(after: startedAt.duration(to: .now))))
    }

    /// What the parts behind the connections may take beyond the time for the connections.
    private static let stopReserve: Duration = .seconds(1)

    /// Stops the loops, the reader, the upkeep and the authorizer, and waits for them.
    ///
    /// A database that hangs in the middle of an answer holds its thread; after the time the
    /// process may end without it.
    private func partsHaveStopped(within limit: Duration) async {
        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
        let stopping = WorkThread(name: "stop") { [self] in
            for thread in threads { thread.join() }
            explanations.stop()
            mailboxes.forEach { $0.close() }
            follower.close()
            reader.stop()
            follower.stop()
            keeper.stop()
            keys.stop()
            topics.stop()
            authorizer.stop()
            replayer.stop()
            stop.finish()
        }
        let deadline = Task {
            try? await Task.sleep(for: limit)
            stop.finish()
        }
        for await _ in stopped {}
        deadline.cancel()
        withExtendedLifetime(stopping) {}
    }
}
