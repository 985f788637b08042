public import LoadChecks

/// Everything that one run measured, as `--json` writes it and `compare` and `report` read it.
public struct RunResult: Codable, Sendable {
    /// The form of this file; another form is another number.
    public var format = Self.format
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
    public var machine: Machine
    /// What was under test: its URL, or how it was started.
    public var target: String
    /// Seconds of the measurement, as planned; ``isComplete`` says whether it came to its end.
    public var measuredSeconds: Double
    /// Whether the run came to its end, rather than being interrupted.
    public var isComplete: Bool
    /// All generators together, by second of the traffic, ramp and warm-up included.
    public var seconds: [Second]
    /// Latencies of the measurement, all generators together.
    public var latencies: [Measure: LatencyHistogram]
    /// Errors of the whole run.
    public var errors: [String: Int]
    /// Breaches of the whole run.
    public var breaches: [BreachKind: Int]
    /// The first breaches in words, at most 20 of each generator.
    public var breachExamples: [String]
    /// The generators, and whether their figures are worth anything.
    public var generators: [GeneratorFigures]
    /// Processor time and memory over time: `server`, `postgres`, `generator`; without those that
    /// could not be observed.
    public var resources: [String: [ResourceSample]]
    /// Whether the run held, and why not.
    public var verdict: RunVerdict

    /// One second of a run.
    public struct Second: Codable, Sendable {
        /// Since the traffic began; negative while connections are made.
        public var second = 0
        /// Whether it belongs to the measurement.
        public var isMeasured = false
        /// Connections that are open.
        public var connectionCount = 0
        /// Channels that are joined.
        public var joinedCount = 0
        /// Messages sent in it.
        public var sentCount = 0
        /// Marked messages received in it.
        public var receivedCount = 0
        /// Bytes received in it.
        public var receivedByteCount = 0
        /// Statements that committed in it.
        public var writeCount = 0
        /// Errors in it.
        public var errorCount = 0
        /// Breaches found in it.
        public var breachCount = 0
        /// Microseconds at 50, 99 and 99.9 percent and the greatest, by measure.
        public var latencies: [Measure: [UInt64]] = [:]

        /// Begins without anything.
        public init() {}
    }

    /// Where a run took place.
    public struct Machine: Codable, Sendable {
        /// The processor's name.
        public var processor: String
        /// Its cores.
        public var coreCount: Int
        /// Bytes of memory.
        public var memoryByteCount: Int
        /// The kernel's name and release.
        public var kernel: String
        /// The load averages when the run began.
        public var loadAverages: String

        /// Makes one.
        public init(
            processor: String,
            coreCount: Int,
            memoryByteCount: Int,
            kernel: String,
            loadAverages: String
        ) {
            self.processor = processor
            self.coreCount = coreCount
            self.memoryByteCount = memoryByteCount
            self.kernel = kernel
            self.loadAverages = loadAverages
        }
    }

    /// What one generator used.
    public struct GeneratorFigures: Codable, Sendable {
        /// Its number; writers are ``Tick/writersGenerator``.
        public var generator: Int
        /// The mean share of its core while it measured.
        public var coreShare: Double
        /// The greatest share in one second.
        public var coreShareMax: Double
        /// How late its timers were at 99 percent, in microseconds.
        public var lagMicroseconds: UInt64
    }

    /// A process, or several together, at one moment.
    public struct ResourceSample: Codable, Sendable {
        /// Since the traffic began.
        public var second: Int
        /// Cores used since the sample before.
        public var cores: Double
        /// Bytes resident.
        public var residentByteCount: Int

        /// Makes one.
        public init(second: Int, cores: Double, residentByteCount: Int) {
            self.second = second
            self.cores = cores
            self.residentByteCount = residentByteCount
        }
    }
}
