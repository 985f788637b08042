/// Simulated sessions and what they do, read from a YAML file, with all parameters filled in.
public struct Scenario: Hashable, Sendable {
    /// The file's name without `.yaml`.
    public var name: String

    /// One sentence for `loadtest list` and the report.
    public var summary: String

    /// The parameters with the values of this run, those of ``Timing`` included.
    ///
    /// As settings they make the same scenario again.
    public var parameters: [Parameter]

    /// SQL before the first connection; each text is one script, run by the writers' role.
    public var setup: [String]

    /// SQL after the last connection.
    public var teardown: [String]

    /// Settings for a gateway that the tool starts itself, by key.
    public var gateway: [String: String]

    /// How long the parts of a run take.
    public var timing: Timing

    /// The sessions.
    public var populations: [Population]

    /// Writes into the database, at most 1,024.
    public var writers: [WriterPlan]

    /// Limits that hold unless `--slo` gives others, in its form.
    public var objectives: [String]

    /// What a run goes through.
    public struct Timing: Hashable, Sendable {
        /// Connections begun in a second, by all generators together.
        public var connectRate: Double
        /// Traffic before the measurement; what is received is checked but not measured.
        public var warmup: Duration
        /// The measurement.
        public var duration: Duration
        /// The longest wait for what is still on its way afterwards.
        public var drain: Duration

        /// Makes timing.
        public init(connectRate: Double, warmup: Duration, duration: Duration, drain: Duration) {
            self.connectRate = connectRate
            self.warmup = warmup
            self.duration = duration
            self.drain = drain
        }
    }
}

/// A number or text that `--set NAME=VALUE` may change.
public struct Parameter: Hashable, Sendable, Codable {
    /// Its name: small letters, digits and `_`.
    public var name: String
    /// One line for `--help` of the scenario.
    public var summary: String
    /// The value of this run, as text.
    public var value: String
}

/// Sessions of one kind, numbered from 1.
public struct Population: Hashable, Sendable {
    /// Its name, unique in the scenario.
    public var name: String
    /// How many sessions.
    public var count: Int
    /// How many sessions share one group; nil for one group of all.
    ///
    /// Session `n` belongs to group `firstGroup + (n - 1) / groupSize`. The last may be smaller.
    public var groupSize: Int?
    /// The number of the first group.
    public var firstGroup: Int
    /// The role in the token; nil for a connection with the anonymous key alone.
    public var role: String?
    /// `sub` of the token: a ``Template``.
    public var sub: Template
    /// Which serializers its sessions use, by turns: 1, 2 or both.
    public var serializers: [Int]
    /// What each session joins.
    public var topics: [TopicPlan]
    /// What each session does.
    public var actions: [ActionPlan]

    /// The group of a session.
    ///
    /// - Parameter session: From 1.
    /// - Returns: The group's number.
    public func group(of session: Int) -> Int {
        firstGroup + (groupSize.map { (session - 1) / $0 } ?? 0)
    }
}

/// A channel that a session opens.
public struct TopicPlan: Hashable, Sendable {
    /// The topic without `realtime:`.
    public var topic: Template
    /// Whether the channel is private.
    public var isPrivate: Bool
    /// Whether its own broadcasts come back.
    public var receivesOwn: Bool
    /// Whether broadcasts are acknowledged.
    public var acknowledges: Bool
    /// Whether presence is on.
    public var hasPresence: Bool
    /// Whether it asks for replay when it joins again after a loss: then nothing that writers wrote
    /// may be missing.
    ///
    /// What other sessions broadcast meanwhile is kept nowhere, so it may be.
    public var replays: Bool
    /// Whether messages without a mark may come, too, such as what the application's own triggers
    /// send.
    public var mayBeUnmarked: Bool
}

/// Something a session does again and again.
public struct ActionPlan: Hashable, Sendable {
    /// What it does.
    public var action: Action
    /// Time between two of them, by a schedule that does not wait for answers.
    ///
    /// The first comes at a random moment of the first interval. Zero for a broadcast with messages
    /// in flight.
    public var interval: Duration
    /// The share of sessions that do it, 0 to 1.
    public var share: Double
}

/// What a session can do beside receiving.
public enum Action: Hashable, Sendable {
    /// Sends a broadcast with a mark and so many bytes in all of its payload; `slot` is the place
    /// in ``Population/topics``. With `inFlight` of 1 or more there is no schedule: the next one
    /// leaves when one of so many came back to the sender.
    case broadcast(slot: Int, name: String, byteCount: Int, inFlight: Int)
    /// Tracks a new presence payload.
    case track(slot: Int)
    /// Leaves the channel and joins it again after a pause.
    case rejoin(slot: Int, pause: Duration)
    /// Loses the connection, without a close when abrupt, and comes back after a pause.
    case reconnect(pause: Duration, isAbrupt: Bool)
    /// Brings a fresh token for every channel.
    case refreshToken
    /// Reads nothing for so long.
    case pauseReading(Duration)
}

/// SQL that runs at a rate; every statement is one transaction.
public struct WriterPlan: Hashable, Sendable {
    /// Its name, unique in the scenario.
    public var name: String
    /// The place of the population whose groups it goes through, one after the other.
    public var population: Int
    /// The topic on which the change arrives.
    public var topic: Template
    /// Statements in a second, all connections together.
    public var rate: Double
    /// Connections to the database; a group's writes all go through the same one.
    public var connectionCount: Int
    /// One statement; `{mark}` is a text literal's content, `{group}` and `{number}` are numbers.
    public var sql: Template
}
