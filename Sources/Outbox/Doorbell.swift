import Observation

/// Decides when to read, and whether writers have to ring.
///
/// A notification serialises the commits of a whole cluster, so writers ring only while nobody
/// polls. *Cold*, the reader sleeps until somebody rings. Above a rate of commits it turns *hot*:
/// it asks for the doorbell's lock, polls, and writers that find the lock taken do not ring. When
/// it is quiet again the reader lets go of the lock and is *draining*: it still polls, until every
/// transaction that could have found the lock taken has ended. Such a transaction had its number
/// before the release, so it is below a number taken after it.
///
/// Nothing here does anything: signals go in with their time, effects come out.
struct Doorbell {
    /// How the reader learns that there is something to read.
    typealias Mode = OutboxObservation.ReaderMode

    /// What happened.
    enum Signal: Equatable {
        /// The connections stand, and no lock is held from earlier ones.
        case connected

        /// Somebody rang; `writerCount` of them were writers, the others nodes.
        case rung(writerCount: Int)

        /// A node began to listen and may have slept through what this one reads alone.
        case greeted

        /// The lock was let go, and `bound` is a transaction number taken after that.
        case released(bound: UInt64)

        /// Everything committed so far was read.
        case read(commitCount: Int, oldestRunning: UInt64)

        /// How many nodes there are, this one among them.
        case counted(nodeCount: Int)

        /// The deadline passed.
        case timePassed
    }

    /// What is to be done, in this order.
    enum Effect: Equatable {
        /// Read everything that was committed; answer with
        /// ``Signal/read(commitCount:oldestRunning:)``.
        case read

        /// The same, but ask first whether anything was committed.
        case look

        /// Ask for the lock, without waiting for it.
        case ask

        /// Let go of the lock, or stop asking; answer with ``Signal/released(bound:)``.
        case release

        /// Wake the other nodes.
        case ring

        /// Answer with ``Signal/counted(nodeCount:)``.
        case countNodes

        /// Say that the mode is another.
        case announce(Mode)
    }

    /// The times and rates that decide.
    struct Limits {
        var safetyPollInterval: Duration?
        var hotPollInterval: Duration
        var drainPollInterval: Duration
        var rateInterval: Duration

        /// So many commits within ``rateInterval`` turn the reader hot.
        var hotCommitCount: Int

        /// The time between two counts of the nodes while hot.
        var nodeCountInterval: Duration
    }

    private enum State {
        case cold
        case hot
        case draining(bound: UInt64?)
    }

    private let limits: Limits
    private var state = State.draining(bound: nil)
    private var hasNeighbours = false
    private var commitCount = 0
    private var countingSince: ContinuousClock.Instant
    private var nextLook: ContinuousClock.Instant
    private var nextNodeCount: ContinuousClock.Instant

    /// Starts as after a loss of all connections.
    init(limits: Limits, now: ContinuousClock.Instant) {
        self.limits = limits
        countingSince = now
        nextLook = now
        nextNodeCount = now
    }

    /// The mode at present.
    var mode: Mode {
        switch state {
        case .cold: .cold
        case .hot: .hot
        case .draining: .draining
        }
    }

    /// When ``Signal/timePassed`` is due at the latest; nil when only others can wake the reader.
    var deadline: ContinuousClock.Instant? {
        if case .cold = state, limits.safetyPollInterval == nil { return nil }
        return nextLook
    }

    /// Takes a signal in.
    ///
    /// - Parameters:
    ///   - signal: What happened.
    ///   - now: When; never earlier than the time before.
    /// - Returns: What is to be done.
    mutating func handle(_ signal: Signal, at now: ContinuousClock.Instant) -> [Effect] {
        switch signal {
        case .connected: return connected(now)
        case .rung(let writerCount): return rung(writerCount, now)
        case .greeted:
            hasNeighbours = true
            return mode == .cold ? [] : [.ring]
        case .released(let bound):
            guard case .draining = state else { preconditionFailure("released while \(mode)") }
            state = .draining(bound: bound)
            return []
        case .read(let commitCount, let oldestRunning): return read(commitCount, oldestRunning, now)
        case .counted(let nodeCount):
            hasNeighbours = nodeCount > 1
            return []
        case .timePassed: return timePassed(now)
        }
    }

    private mutating func connected(_ now: ContinuousClock.Instant) -> [Effect] {
        state = .draining(bound: nil)
        commitCount = 0
        countingSince = now
        nextLook = now + limits.drainPollInterval
        return [.announce(.draining), .countNodes, .release, .read]
    }

    private mutating func rung(_ writerCount: Int, _ now: ContinuousClock.Instant) -> [Effect] {
        if case .hot = state { return [] }
        if now - countingSince >= limits.rateInterval {
            countingSince = now
            commitCount = 0
        }
        commitCount += writerCount
        guard commitCount >= limits.hotCommitCount else { return [.read] }
        state = .hot
        commitCount = 0
        countingSince = now
        nextLook = now + limits.hotPollInterval
        nextNodeCount = now + limits.nodeCountInterval
        return [.announce(.hot), .ask, .countNodes, .read]
    }

    private mutating func read(
        _ count: Int,
        _ oldestRunning: UInt64,
        _ now: ContinuousClock.Instant
    ) -> [Effect] {
        let ring: [Effect] = count > 0 && hasNeighbours ? [.ring] : []
        switch state {
        case .cold:
            nextLook = now + (limits.safetyPollInterval ?? .zero)
            return []
        case .hot:
            commitCount += count
            return ring + cool(now)
        case .draining(let bound):
            guard let bound, oldestRunning >= bound else { return ring }
            state = .cold
            nextLook = now + (limits.safetyPollInterval ?? .zero)
            return ring + [.announce(.cold)]
        }
    }

    /// Turns from hot to draining when the last interval was quiet.
    private mutating func cool(_ now: ContinuousClock.Instant) -> [Effect] {
        guard now - countingSince >= limits.rateInterval else { return [] }
        defer {
            commitCount = 0
            countingSince = now
        }
        guard commitCount < max(1, limits.hotCommitCount / 2) else { return [] }
        state = .draining(bound: nil)
        nextLook = now + limits.drainPollInterval
        return [.announce(.draining), .release, .read]
    }

    private mutating func timePassed(_ now: ContinuousClock.Instant) -> [Effect] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .cold:
            nextLook = now + (limits.safetyPollInterval ?? .zero)
            return [.look]
        case .hot:
            nextLook = now + limits.hotPollInterval
            guard now >= nextNodeCount else { return [.read] }
            nextNodeCount = now + limits.nodeCountInterval
            return [.countNodes, .read]
        case .draining:
            nextLook = now + limits.drainPollInterval
            return [.look]
        }
    }
}
