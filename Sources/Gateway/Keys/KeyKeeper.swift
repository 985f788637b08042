import Locking
import Observation
import Postgres
import Synchronization
import Tokens

/// Keeps the keys for tokens up to date, on a thread of its own.
///
/// Loops verify with what they have and never wait for keys: a token of an unknown key is refused,
/// and the keys are read again behind it. What cannot be read leaves the keys as they are.
final class KeyKeeper: Sendable {
    private let settings: TokenSettings
    private let observe: Observe
    private let pipe: WakePipe
    private let stopping = Atomic(false)
    private let hasMissed = Atomic(false)
    private let hasFetched: Atomic<Bool>
    private let thread = Locked<WorkThread?>(nil)

    /// What the loops begin with: the secret, and the keys in files.
    let initial: TokenVerifier

    private let initialReadings: [KeySource: KeyReading]

    /// Reads the keys in files; nothing is fetched before ``start(_:)``.
    init(_ settings: TokenSettings, observe: @escaping Observe) throws(WakePipe.OutOfDescriptors) {
        self.settings = settings
        self.observe = observe
        pipe = try WakePipe()
        hasFetched = Atomic(settings.sources.allSatisfy(\.isFile))
        var readings: [KeySource: KeyReading] = [:]
        for source in settings.sources where source.isFile {
            _ = Self.read(source, into: &readings[source, default: KeyReading()], observe)
        }
        initialReadings = readings
        initial = settings.verifier(with: readings.compactMapValues(\.set))
    }

    /// Whether there are the keys to start with: a set that is fetched has been, once.
    var isReady: Bool { hasFetched.load(ordering: .acquiring) }

    /// Starts the thread, if there is anything to keep.
    ///
    /// - Parameter publish: Told on that thread what to verify with from then on.
    func start(_ publish: @escaping @Sendable (TokenVerifier) -> Void) {
        guard !settings.sources.isEmpty else { return }
        let started = WorkThread(name: "keys") { [self] in run(publish) }
        thread.withLock { thread in
            precondition(thread == nil, "a keeper starts once")
            thread = started
        }
    }

    /// A token named a key that is not there; called on any thread, and never waits.
    func missedKey() {
        guard !hasMissed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pipe.wake()
    }

    /// Ends the thread, in the middle of a fetch too, and waits for it.
    func stop() {
        stopping.store(true, ordering: .releasing)
        pipe.wake()
        let running = thread.withLock { $0 }
        running?.join()
    }

    /// How often files are looked at.
    private static let fileInterval: Duration = .seconds(5)

    /// How soon after a look a token may make it look again.
    private static let fileSpacing: Duration = .seconds(1)

    private func plan(for source: KeySource) -> RefreshPlan {
        let now = ContinuousClock.now
        return source.isFile
            ? RefreshPlan(
                interval: Self.fileInterval,
                spacing: Self.fileSpacing,
                dueAt: now + Self.fileInterval
            )
            : RefreshPlan(
                interval: settings.refreshInterval,
                spacing: settings.refetchInterval,
                dueAt: now
            )
    }

    private func run(_ publish: (TokenVerifier) -> Void) {
        var readings = initialReadings
        var plans = settings.sources.map { (source: $0, plan: plan(for: $0)) }
        while !isStopping {
            pipe.clear()
            let isAsked = hasMissed.exchange(false, ordering: .acquiringAndReleasing)
            var hasChanged = false
            for index in plans.indices {
                if isAsked { plans[index].plan.missed(at: .now) }
                guard plans[index].plan.dueAt <= .now else { continue }
                let source = plans[index].source
                let outcome = Self.read(
                    source,
                    into: &readings[source, default: KeyReading()],
                    observe
                ) { [self] in isStopping }
                plans[index].plan.attempted(isWell: outcome != .failed, at: .now)
                hasChanged = hasChanged || outcome == .changed
            }
            let sets = readings.compactMapValues(\.set)
            if hasChanged { publish(settings.verifier(with: sets)) }
            if settings.sources.allSatisfy({ $0.isFile || sets[$0] != nil }) {
                hasFetched.store(true, ordering: .releasing)
            }
            let next = plans.map(\.plan.dueAt).min() ?? .now + Self.fileInterval
            _ = Readiness.wait(
                readable: [pipe.descriptor],
                timeout: ContinuousClock.now.duration(to: next)
            )
        }
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Reads one place into its reading, and tells what is worth it.
    private static func read(
        _ source: KeySource,
        into reading: inout KeyReading,
        _ observe: Observe,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) -> KeyReading.Outcome {
        let found = Result { () throws(KeyFailure) in try source.read(isStopped: isStopped) }
        guard !isStopped() else { return .failed }
        let (outcome, observation) = reading.take(found, of: source)
        if let observation { observe(.key(observation)) }
        return outcome
    }
}
