import Glibc
import Hub
import WebSocketServer

/// How many loops a node has, and what each listens on and may hold.
struct LoopLayout {
    /// One for each core, or as configured.
    let loopCount: Int

    private let first: LoopConfiguration

    init(_ configuration: GatewayConfiguration) {
        let values = configuration.values
        let asked = values.number(.listenLoops)
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        loopCount = min(asked == 0 ? max(1, cores) : asked, Interest.loopCountMax)
        let tls = configuration.tls.map {
            Listener.TLSFiles(certificatePath: $0.certificate, keyPath: $0.key)
        }
        var loop = LoopConfiguration(listeners: [
            Listener(host: configuration.listen.host, port: configuration.listen.port, tls: tls),
            Listener(
                host: configuration.admin.host,
                port: configuration.admin.port,
                isAdministrative: true
            ),
        ])
        loop.headerNames =
            ["x-api-key", "authorization", "apikey", "content-type", "host", RemoteAddress.header]
            + values.list(.channelsKeptHeaders).map { $0.lowercased() }
        loop.connectionCountMax = Self.connectionCountMax(values, loopCount: loopCount)
        loop.messageByteCountMax = values.number(.limitsMessageBytes)
        loop.queueByteCountMax = values.number(.limitsQueueBytes)
        loop.handshakeTimeout = .seconds(values.number(.timeoutsHandshakeSeconds))
        loop.bodyTimeout = .seconds(values.number(.timeoutsBodySeconds))
        loop.answerTimeout =
            .milliseconds(values.number(.authorizationDeadlineMilliseconds)) + .seconds(5)
        loop.waitingRequestCountMax = values.number(.limitsWaitingRequests)
        loop.halfOpenCountMaxPerAddress = values.number(.limitsHalfOpenPerAddress)
        loop.trustedAddresses = Set(values.list(.trustedProxies))
        loop.pingInterval = .seconds(values.number(.timeoutsPingSeconds))
        loop.idleTimeout = .seconds(values.number(.timeoutsIdleSeconds))
        first = loop
    }

    /// What the given loop runs with; the first says which ports the others share.
    func configuration(of loop: Int, ports: [Int]?) -> LoopConfiguration {
        guard let ports else { return first }
        var further = first.sharing(ports: ports)
        further.listeners.removeSubrange(Routes.adminListener...)
        return further
    }

    private static func connectionCountMax(
        _ values: ConfigurationValues,
        loopCount: Int
    ) -> Int {
        let allowed = DescriptorLimit.connectionCountMax(
            limit: DescriptorLimit.raise(),
            loopCount: loopCount,
            reserve: 128
        )
        let asked = values.number(.limitsConnections)
        guard asked > 0 else { return allowed }
        return min(allowed, asked + spareConnectionCount)
    }

    /// What a loop accepts beyond the node's limit, so that it can answer 429 and plain HTTP then.
    ///
    /// The kernel deals connections out unevenly, so each loop may come to hold all of them.
    private static let spareConnectionCount = 1_000
}
