internal import LoadChecks

/// A limit that a run is held to, such as `p99=50ms`, `errors=0` or `received>=20000`.
public struct Objective: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// What is limited.
    let quantity: Quantity
    /// Microseconds, a count, a rate in seconds, cores or bytes.
    let limit: Double
    /// Whether the limit is the least, rather than the most.
    let isLeast: Bool

    /// What can be limited.
    enum Quantity: Hashable, Sendable {
        /// Of one measure; nil takes the worse of broadcasts and changes.
        case latency(Measure?, Statistic)
        case errors
        /// Of one kind; nil takes all.
        case breaches(BreachKind?)
        case rate(Rate)
        /// The mean over the measurement.
        case cores(String)
        /// The most.
        case memory(String)
    }

    /// What of a histogram is limited.
    enum Statistic: Hashable, Sendable {
        case percentile(Double)
        case mean
        case max
    }

    /// What counts by seconds.
    enum Rate: String, CaseIterable, Hashable, Sendable {
        case sent, received, writes, connections, joined
    }

    /// What is wrong with the text of limits, everything at once.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        /// One for each limit that cannot be read.
        public let problems: [String]

        /// All problems, a line each, and what can be said.
        public var description: String { (problems + [Objective.usage]).joined(separator: "\n") }
    }

    /// What can be said, for people.
    public static let usage = """
        Limits are NAME=VALUE, apart by commas: p99=50ms,errors=0,join.p99=1s,received>=20000.
          p50 p90 p99 p99.9 mean max   of broadcasts and changes; MEASURE.p99 of one measure:
                                       \(Measure.allCases.map(\.rawValue).joined(separator: " "))
          errors breaches              counts of the whole run; each kind of breach by itself:
                                       \(BreachKind.allCases.map(\.rawValue).joined(separator: " "))
          sent received writes         at least so many in a second, on average: received>=20000
          connections joined           at least so many at once: joined>=10000
          server.cores server.memory   at most: server.cores=0.9, postgres.memory=2GiB
        """

    /// Whether it says something about time, so that a generator that was too slow makes it
    /// worthless.
    var isAboutTime: Bool {
        switch quantity {
        case .latency, .rate, .cores: true
        case .errors, .breaches, .memory: false
        }
    }

    /// Reads limits that are apart by commas.
    ///
    /// - Parameter text: As `--slo` takes it.
    /// - Returns: The limits in their order.
    /// - Throws: Everything that is wrong.
    public static func read(_ text: String) throws(Malformed) -> [Objective] { try read([text]) }

    /// Reads the limits of a scenario.
    ///
    /// - Parameter texts: Each as `--slo` takes it.
    /// - Returns: The limits in their order.
    /// - Throws: Everything that is wrong.
    public static func read(_ texts: [String]) throws(Malformed) -> [Objective] {
        var objectives: [Objective] = []
        var problems: [String] = []
        for text in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            do throws(ObjectiveProblem) {
                objectives.append(try ObjectiveReader.objective(text.filter { $0 != " " }))
            } catch {
                problems.append(error.text)
            }
        }
        if texts.isEmpty || problems.isEmpty { return objectives }
        throw Malformed(problems: problems)
    }
}
