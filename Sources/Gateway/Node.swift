import Glibc
import Locking
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
    /// SIGHUP has the topic files read again.
    ///
    /// A database that cannot be reached is waited for: the node serves, and says by `/readyz` that
    /// it is not ready. One that answers and refuses the login is not.
    ///
    /// - Parameter onReady: Called once the listeners are open.
    /// - Throws: ``NodeFailure`` when it cannot start, or when the database, once it answers, turns
    ///   out to be unsuitable.
    public func run(
        onReady: @escaping @Sendable (NodeAddresses) -> Void = { _ in }
    ) async throws {
        // In development the end of a terminal ends the gateway, as it does without a trap.
        let reloads = configuration.reloadsOnHangup
        let signals = await UnixSignalsSequence(
            trapping: reloads ? [.sigterm, .sigint, .sighup] : [.sigterm, .sigint]
        )
        let (moments, continuation) = AsyncStream.makeStream(of: Moment.self)
        let running = Locked<RunningNode?>(nil)
        let listening = Task {
            var isEnding = false
            for await signal in signals {
                if signal == .sighup {
                    running.withLock { $0 }?.reloadTopics()
                    continue
                }
                if isEnding {
                    running.withLock { $0 }?.observe(.gateway(.secondSignal))
                    Glibc._exit(Self.secondSignalExitCode)
                }
                isEnding = true
                continuation.yield(.signal)
            }
        }
        defer { listening.cancel() }
        let suitability = Suitability(configuration)
        let asking = Task { continuation.yield(.checked(await suitability.ask())) }
        defer { asking.cancel() }
        var iterator = moments.makeAsyncIterator()
        // A signal counts from here on, also while the database keeps its answer to itself.
        guard case .checked(let finding) = await iterator.next() else { return }
        if case .unsuitable(let failure) = finding { throw failure }

        let node = try RunningNode(configuration)
        running.withLock { $0 = node }
        onReady(node.addresses)
        let waiting = Task {
            guard case .away = finding else { return }
            if let failure = await suitability.failureOnceReachable() {
                continuation.yield(.checked(.unsuitable(failure)))
            }
        }
        let last = await iterator.next()
        waiting.cancel()
        await node.end(within: .seconds(configuration.values.number(.timeoutsDrainSeconds)))
        if case .checked(.unsuitable(let failure)) = last { throw failure }
    }

    /// What a node waits for before and while it runs.
    private enum Moment: Sendable {
        case signal
        case checked(Suitability.Finding)
    }

    /// What a shell shows of a process that a signal ended.
    private static let secondSignalExitCode: Int32 = 128 + SIGTERM
}
