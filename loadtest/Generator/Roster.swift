internal import LoadChecks
internal import LoadScenarios

/// Who is who in a scenario: which sessions a generator simulates, and how streams are numbered.
///
/// Every process of a run makes the same roster from the same scenario.
struct Roster {
    /// A session of a scenario.
    struct Place: Hashable {
        /// The population's place.
        var population: Int
        /// The session's number in it, from 1.
        var number: Int
        /// The session's number over all populations, from 0.
        var index: Int
    }

    let populations: [Population]
    let writerCount: Int

    /// Sessions of all populations.
    let sessionCount: Int

    private let firstIndexes: [Int]
    /// By population, a bit for each action that is a broadcast.
    private let broadcasts: [UInt32]

    /// What a session can do; streams need a number for each.
    static let actionCountMax = 16

    init(_ scenario: Scenario) {
        populations = scenario.populations
        writerCount = scenario.writers.count
        var count = 0
        firstIndexes = scenario.populations.map { population in
            defer { count += population.count }
            return count
        }
        sessionCount = count
        broadcasts = scenario.populations.map { population in
            population.actions.enumerated().reduce(0) { bits, action in
                guard case .broadcast = action.element.action else { return bits }
                return bits | 1 << UInt32(action.offset)
            }
        }
    }

    /// The sessions that a generator simulates: groups by turns, so that those who hear each other
    /// are in one process; a population of one group by its sessions.
    func places(generator: Int, of generatorCount: Int) -> [Place] {
        populations.indices.flatMap { population in
            (1...max(1, populations[population].count)).compactMap { number in
                guard number <= populations[population].count else { return nil }
                let turn = populations[population].groupSize.map { (number - 1) / $0 }
                guard (turn ?? number - 1) % generatorCount == generator else { return nil }
                let index = firstIndexes[population] + number - 1
                return Place(population: population, number: number, index: index)
            }
        }
    }

    /// The stream of what a session sends by one of its actions.
    static func stream(session index: Int, action: Int) -> UInt32 {
        Mark.firstSessionStream + UInt32(index * actionCountMax + action)
    }

    /// Whose stream it is; nil for writers'.
    static func session(of stream: UInt32) -> (index: Int, action: Int)? {
        guard stream >= Mark.firstSessionStream else { return nil }
        let number = Int(stream - Mark.firstSessionStream)
        return (number / actionCountMax, number % actionCountMax)
    }

    /// Whether anybody numbers by this stream.
    func knows(_ stream: UInt32) -> Bool {
        guard let (index, action) = Self.session(of: stream) else {
            return Int(stream) < writerCount
        }
        guard index < sessionCount, let population = firstIndexes.lastIndex(where: { $0 <= index })
        else { return false }
        return broadcasts[population] & 1 << UInt32(action) != 0
    }

    /// In words, for a breach.
    func describe(_ stream: UInt32) -> String {
        guard let (index, action) = Self.session(of: stream) else { return "writer \(stream)" }
        guard let population = firstIndexes.lastIndex(where: { $0 <= index }) else {
            return "stream \(stream)"
        }
        let number = index - firstIndexes[population] + 1
        return "action \(action + 1) of \(populations[population].name) \(number)"
    }

    /// Whether a session takes part in what only a share of its population does: evenly spread.
    static func takesPart(session number: Int, share: Double) -> Bool {
        (Double(number) * share).rounded(.down) > (Double(number - 1) * share).rounded(.down)
    }
}
