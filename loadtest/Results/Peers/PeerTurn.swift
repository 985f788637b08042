internal import LoadChecks

/// What one run of a fan-out said about the server that had its turn.
public struct PeerTurn: Codable, Hashable, Sendable {
    /// Messages that arrived in a second of the measurement, all subscribers together.
    public var deliveriesPerSecond: Double
    /// Cores that the server used.
    public var serverCores: Double
    /// The share of its core that the busiest generator used.
    public var generatorCores: Double
    /// The latency at 99 percent; 0 where none was measured.
    public var p99Microseconds: UInt64
    /// Errors and breaches, by their names.
    public var troubles: [String: Int]

    /// Makes one.
    public init(
        deliveriesPerSecond: Double,
        serverCores: Double,
        generatorCores: Double,
        p99Microseconds: UInt64,
        troubles: [String: Int] = [:]
    ) {
        self.deliveriesPerSecond = deliveriesPerSecond
        self.serverCores = serverCores
        self.generatorCores = generatorCores
        self.p99Microseconds = p99Microseconds
        self.troubles = troubles
    }

    /// Takes it from a run; nil when nothing arrived, or the server's process was not observed.
    ///
    /// - Parameter run: A run with one server.
    public init?(_ run: RunResult) {
        guard let deliveries = run.rate(.received), deliveries > 0,
            let cores = run.coresMean("server")
        else { return nil }
        self.init(
            deliveriesPerSecond: deliveries,
            serverCores: cores,
            generatorCores: run.generators.map(\.coreShare).max() ?? 0,
            p99Microseconds: run.latencies[.broadcast]?.percentile(99) ?? 0,
            troubles: run.errors
        )
        for (kind, count) in run.breaches where count > 0 { troubles[kind.rawValue] = count }
    }

    /// The server's processor time for each delivery.
    public var microsecondsPerDelivery: Double { serverCores * 1_000_000 / deliveriesPerSecond }
}

/// How hard servers are driven in a comparison.
public enum PeerLoad: Hashable, Sendable, Codable, CustomStringConvertible {
    /// So many deliveries in a second, all subscribers together.
    case deliveriesPerSecond(Int)
    /// As many as a server manages, with so many messages on their way at once.
    case saturated(inFlight: Int)

    /// For people.
    public var description: String {
        switch self {
        case .deliveriesPerSecond(let rate): "\(Figures.count(rate)) deliveries/s"
        case .saturated(let inFlight): "saturated, \(inFlight) messages in flight"
        }
    }
}
