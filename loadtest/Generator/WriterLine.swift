internal import LoadChecks
internal import LoadScenarios

/// What one connection to the database writes: some groups of a writer, and when their turns are.
///
/// A writer goes through its groups again and again at its rate, and each group belongs to one of
/// its connections, so that a group's writes are in order. Pure.
struct WriterLine: Sendable {
    /// One write.
    struct Turn: Hashable {
        /// The group's place among all of the writer.
        var group: Int
        /// When it is due, in nanoseconds after the traffic begins.
        var offset: UInt64
    }

    let plan: WriterPlan
    let population: Population
    /// The stream of its marks: the writer's place.
    let stream: UInt32
    /// Groups of the writer, this line's and others'.
    let groupCount: Int

    private let groups: [Int]
    private var next = 0
    private var round = 0

    /// The lines of a writer, one for each connection that has something to do.
    static func lines(of plan: WriterPlan, _ place: Int, in scenario: Scenario) -> [WriterLine] {
        let population = scenario.populations[plan.population]
        let size = population.groupSize ?? max(1, population.count)
        let groupCount = max(1, (population.count + size - 1) / size)
        let lineCount = min(max(1, plan.connectionCount), groupCount)
        return (0..<lineCount).map { line in
            WriterLine(
                plan: plan,
                population: population,
                stream: UInt32(place),
                groupCount: groupCount,
                groups: Array(stride(from: line, to: groupCount, by: lineCount))
            )
        }
    }

    private init(
        plan: WriterPlan,
        population: Population,
        stream: UInt32,
        groupCount: Int,
        groups: [Int]
    ) {
        self.plan = plan
        self.population = population
        self.stream = stream
        self.groupCount = groupCount
        self.groups = groups
    }

    /// The next write; they never end.
    mutating func takeTurn() -> Turn {
        let group = groups[next]
        let place = Double(round) * Double(groupCount) + Double(group)
        next += 1
        if next == groups.count {
            next = 0
            round += 1
        }
        return Turn(group: group, offset: UInt64(place / max(1e-6, plan.rate) * 1e9))
    }

    /// The topic on which a group's changes arrive.
    func topic(of group: Int) -> UInt64 {
        TopicNumber.of(plan.topic.filled(session: 0, group: number(of: group)))
    }

    /// The statement that writes a mark for a group.
    func sql(_ group: Int, _ mark: Mark) -> String {
        plan.sql.filled(
            session: 0,
            group: number(of: group),
            number: mark.number,
            mark: mark.text
        )
    }

    private func number(of group: Int) -> Int { population.firstGroup + group }
}
