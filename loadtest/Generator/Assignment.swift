public import LoadResults

/// What a generator process is to do: the first line on its standard input, as JSON.
///
/// Tokens' secrets and DSNs come this way, since arguments can be read by everyone on the machine.
public struct Assignment: Codable, Sendable {
    /// The scenario file's text.
    public var scenario: String
    /// The scenario's name.
    public var scenarioName: String
    /// Values of parameters, by name.
    public var settings: [String: String]
    /// This generator's number from 0; ``Tick/writersGenerator`` runs the writers instead.
    public var generator: Int
    /// How many generators share the sessions: groups are dealt out in turn, and a population of
    /// one group by its sessions.
    public var generatorCount: Int
    /// The server, such as `http://127.0.0.1:4000`.
    public var url: String
    /// How the server is spoken to.
    public var dialect: DialectName
    /// Signs tokens (HS256); nil where the server asks for none.
    public var tokenSecret: String?
    /// The anonymous key of the connection; nil to use each session's own token.
    public var apiKey: String?
    /// Addresses of 127.0.0.0/8 or others to connect from, by turns; empty leaves it to the system.
    public var sourceAddresses: [String]
    /// A file with certificates to trust; nil for the system's.
    public var certificateFile: String?
    /// Overrides the populations' serializers; empty keeps them.
    public var serializers: [Int]
    /// The database, for writers only.
    public var dsn: String?
    /// Seeds what is random.
    public var seed: UInt64

    /// Makes one for the first of one generator, without secrets; what else it needs is set.
    ///
    /// - Parameters:
    ///   - scenario: The scenario file's text.
    ///   - scenarioName: The scenario's name.
    ///   - url: The server.
    public init(scenario: String, scenarioName: String, url: String) {
        self.scenario = scenario
        self.scenarioName = scenarioName
        self.url = url
        settings = [:]
        generator = 0
        generatorCount = 1
        dialect = .realtime
        sourceAddresses = []
        serializers = []
        seed = 1
    }
}

/// A protocol that a server speaks.
public enum DialectName: String, CaseIterable, Codable, Sendable {
    /// Supabase Realtime's, which Waypost serves.
    case realtime
    /// Phoenix channels as a Phoenix application serves them: topics without a prefix, broadcasts
    /// as plain events.
    case phoenix
    /// One WebSocket for each topic, whose name is appended to the URL's path: what is sent goes
    /// to all.
    case plain
    /// NATS over WebSocket.
    case nats
}

/// A line that the coordinator sends to a generator.
public enum Order: Codable, Sendable {
    /// Begin with the traffic at this nanosecond of the monotonic clock, measure from and until.
    case begin(at: UInt64, measureFrom: UInt64, measureUntil: UInt64)
    /// Everything that was sent anywhere: compare once it is all here, at the latest after the
    /// drain.
    case compare(sent: [SentCount])
    /// End now, with a last report.
    case end
}

/// A line that a generator sends to the coordinator.
public enum GeneratorReport: Codable, Sendable {
    /// All its sessions have joined, or failed to; the traffic may begin.
    case ready(joinedCount: Int)
    /// A second has passed.
    case tick(Tick)
    /// The time of the traffic is over, and this is what was sent.
    case sent([SentCount])
    /// It has compared. The first breaches in words, at most 20.
    case done(examples: [String])
    /// It cannot go on: for people, with what to do.
    case failed(String)
}

/// How far a stream got in a topic.
public struct SentCount: Codable, Sendable, Hashable {
    /// The stream of ``Mark``.
    public var stream: UInt32
    /// The topic of ``Mark``.
    public var topic: UInt64
    /// The last number sent, or committed.
    public var number: UInt64
    /// Numbers that may have been lost on the way to the server, with a connection that ended; they
    /// may arrive, but need not.
    public var uncertain: [ClosedRange<UInt64>]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - stream: The stream of ``Mark``.
    ///   - topic: The topic of ``Mark``.
    ///   - number: The last number.
    ///   - uncertain: Numbers that need not arrive. Default none.
    public init(
        stream: UInt32,
        topic: UInt64,
        number: UInt64,
        uncertain: [ClosedRange<UInt64>] = []
    ) {
        self.stream = stream
        self.topic = topic
        self.number = number
        self.uncertain = uncertain
    }
}
