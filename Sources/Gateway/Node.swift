import Glibc
import Observation
import UnixSignals

/// One gateway process: its loops, its reader, its authorizer, from start to end.
public struct Node: Sendable {
    private let configuration: GatewayConfiguration

    /// Takes a checked configuration; nothing starts before ``run(onReady:)``.
    public init(_ configuration: GatewayConfiguration) {
        self.configuration = configuration
    }

    /// Serves until SIGTERM or SIGINT, then ends gracefully; a second signal ends the process.
    ///
    /// A database that cannot be reached is waited for: the node serves, and says by `/readyz` that
    /// it is not ready.
    ///
    /// - Parameter onReady: Called once the listeners are open.
    /// - Throws: ``NodeFailure`` when it cannot start, or when the database, once it answers, turns
    ///   out to be unsuitable.
    public func run(
        onReady: @escaping @Sendable (NodeAddresses) -> Void = { _ in }
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let suitability = Suitability(configuration)
        let known = suitability.problems()
        if let known, !known.isEmpty { throw NodeFailure.databaseUnsuitable(known) }
        let running = try RunningNode(configuration)
        onReady(running.addresses)

        let (ends, end) = AsyncStream.makeStream(of: [String].self)
        let listening = Task {
            var isEnding = false
            for await _ in signals {
                if isEnding {
                    running.observe(.gateway(.secondSignal))
                    Glibc._exit(Self.secondSignalExitCode)
                }
                isEnding = true
                end.yield([])
            }
        }
        let checking = Task {
            guard known == nil else { return }
            let problems = await suitability.problemsOnceReachable()
            if !problems.isEmpty { end.yield(problems) }
        }
        var iterator = ends.makeAsyncIterator()
        let problems = await iterator.next() ?? []
        checking.cancel()
        await running.end(within: .seconds(configuration.values.number(.timeoutsDrainSeconds)))
        listening.cancel()
        if !problems.isEmpty { throw NodeFailure.databaseUnsuitable(problems) }
    }

    /// What a shell shows of a process that a signal ended.
    private static let secondSignalExitCode: Int32 = 128 + SIGTERM
}
