import FoundationEssentials
import LoadResults
import Measuring

/// Follows what processes use of processor and memory.
struct ResourceSampler {
    /// Processes that are counted as one.
    enum Target {
        /// One process with its threads.
        case process(Int)
        /// A process with those that it has started, such as PostgreSQL with its backends.
        case family(Int)
        /// Several processes.
        case processes([Int])
    }

    private var targets: [String: Target]
    private var last: [String: (nanoseconds: Double, at: UInt64)] = [:]
    private(set) var samples: [String: [RunResult.ResourceSample]] = [:]

    /// Begins with what can be observed, by the names of ``RunResult/resources``.
    init(_ targets: [String: Target]) { self.targets = targets }

    /// Adds something to observe.
    mutating func observe(_ name: String, _ target: Target) { targets[name] = target }

    /// Takes a sample of everything.
    ///
    /// - Parameters:
    ///   - second: Since the traffic began.
    ///   - now: Nanoseconds of the monotonic clock.
    mutating func sample(second: Int, now: UInt64) {
        for (name, target) in targets {
            let (nanoseconds, byteCount) = Self.figures(of: target)
            defer { last[name] = (nanoseconds, now) }
            guard let before = last[name], now > before.at, byteCount > 0 else { continue }
            // A backend that has ended takes its time with it.
            let spent = max(0, nanoseconds - before.nanoseconds)
            samples[name, default: []].append(
                RunResult.ResourceSample(
                    second: second,
                    cores: spent / Double(now - before.at),
                    residentByteCount: byteCount
                )
            )
        }
    }

    /// The newest sample of each.
    var newest: [String: RunResult.ResourceSample] { samples.compactMapValues(\.last) }

    private static func figures(of target: Target) -> (nanoseconds: Double, byteCount: Int) {
        switch target {
        case .process(let processID): return figures(of: [processID])
        case .processes(let processIDs): return figures(of: processIDs)
        case .family(let processID):
            let processIDs = [processID] + ProcessFigures.children(of: processID)
            let nanoseconds = processIDs.reduce(0) {
                $0 + ProcessFigures.coreNanoseconds(of: $1)
            }
            return (nanoseconds, ProcessFigures.byteCountTogether(of: processIDs))
        }
    }

    private static func figures(of processIDs: [Int]) -> (nanoseconds: Double, byteCount: Int) {
        processIDs.reduce((0, 0)) { sum, processID in
            (
                sum.0 + ProcessFigures.coreNanoseconds(of: processID),
                sum.1 + ProcessFigures.residentByteCount(of: processID)
            )
        }
    }
}
