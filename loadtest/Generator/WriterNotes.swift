internal import LoadChecks
internal import LoadResults
internal import Locking
internal import WebSocketClient

/// What writers' threads have done, for the thread that reports it.
final class WriterNotes: Sendable {
    private struct State {
        var tally = Tally(now: MonotonicTime.nanoseconds)
        var sent: [SentCount] = []
        var finishedCount = 0
        var isStopped = false
    }

    private let state = Locked(State())

    /// Whether nothing more is to be written.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Threads that have written everything.
    var finishedCount: Int { state.withLock { $0.finishedCount } }

    /// How far finished threads got.
    var sent: [SentCount] { state.withLock { $0.sent } }

    /// Lets threads end early.
    func stop() { state.withLock { $0.isStopped = true } }

    /// A statement committed.
    ///
    /// - Parameters:
    ///   - lag: How late it was begun, in nanoseconds.
    ///   - latency: From when it was to be begun to its commit; nil when that is not measured.
    func committed(lag: UInt64, latency: UInt64?) {
        state.withLock { state in
            state.tally.sentCount += 1
            state.tally.writeCount += 1
            state.tally.lag.record(lag / 1_000)
            if let latency { state.tally.record(.commit, nanoseconds: latency) }
        }
    }

    /// Something failed, so often.
    func failed(_ reason: String, count: Int = 1) {
        state.withLock { state in
            for _ in 0..<count { state.tally.fail(reason) }
        }
    }

    /// A thread has written everything.
    func finished(_ sent: [SentCount]) {
        state.withLock { state in
            state.sent += sent
            state.finishedCount += 1
        }
    }

    /// Takes everything since the last tick.
    func tick(second: Int, isMeasured: Bool, now: UInt64) -> Tick {
        state.withLock { state in
            state.tally.tick(
                generator: Tick.writersGenerator,
                second: second,
                isMeasured: isMeasured,
                now: now
            )
        }
    }
}
