/// What a run was, beside what it measured.
public struct RunDescription: Sendable {
    /// The tool's version.
    public var version: String
    /// The scenario's name.
    public var scenario: String
    /// The scenario's sentence.
    public var summary: String
    /// The parameters' values by name.
    public var parameters: [String: String]
    /// The command line without secrets.
    public var command: String
    /// When the traffic began, RFC 3339.
    public var startedAt: String
    /// Where it ran.
    public var machine: RunResult.Machine
    /// What was under test: its URL, or how it was started.
    public var target: String
    /// Seconds of the measurement, as planned.
    public var measuredSeconds: Double

    /// Makes one.
    public init(
        version: String,
        scenario: String,
        summary: String,
        parameters: [String: String],
        command: String,
        startedAt: String,
        machine: RunResult.Machine,
        target: String,
        measuredSeconds: Double
    ) {
        self.version = version
        self.scenario = scenario
        self.summary = summary
        self.parameters = parameters
        self.command = command
        self.startedAt = startedAt
        self.machine = machine
        self.target = target
        self.measuredSeconds = measuredSeconds
    }
}

extension RunResult {
    /// Puts a run together and judges it.
    ///
    /// - Parameters:
    ///   - description: What was run, and where.
    ///   - merged: What the generators reported.
    ///   - resources: By `server`, `postgres` and `generator`; without those that could not be
    ///     observed.
    ///   - isComplete: Whether the run came to its end, rather than being interrupted.
    ///   - objectives: The limits that it is held to.
    public init(
        _ description: RunDescription,
        merged: RunMerge,
        resources: [String: [ResourceSample]],
        isComplete: Bool,
        objectives: [Objective]
    ) {
        self.init(
            version: description.version,
            scenario: description.scenario,
            summary: description.summary,
            parameters: description.parameters,
            command: description.command,
            startedAt: description.startedAt,
            machine: description.machine,
            target: description.target,
            measuredSeconds: description.measuredSeconds,
            isComplete: isComplete,
            seconds: merged.seconds,
            latencies: merged.latencies,
            errors: merged.errors,
            breaches: merged.breaches,
            breachExamples: merged.breachExamples,
            generators: merged.generators,
            resources: resources,
            verdict: RunVerdict(outcome: .held, headline: "", reasons: [], findings: [])
        )
        judge(by: objectives)
    }
}
