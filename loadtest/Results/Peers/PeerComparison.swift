/// Runs of the same fan-out against several servers by turns, side by side.
public struct PeerComparison: Codable, Sendable {
    /// The form of the file; another form is another number.
    public var format = 1
    /// The tool's version.
    public var version: String
    /// The command line.
    public var command: String
    /// When the first turn began, RFC 3339.
    public var startedAt: String
    /// Where they ran.
    public var machine: RunResult.Machine
    /// What was measured, in the order of the turns.
    public var rows: [Row] = []

    /// One server under one load.
    public struct Row: Codable, Sendable {
        /// The server's name, such as `nchan`.
        public var name: String
        /// Connections that receive each message.
        public var subscriberCount: Int
        /// How hard it was driven.
        public var load: PeerLoad
        /// Its turns.
        public var turns: [PeerTurn] = []

        /// Begins one without turns.
        public init(name: String, subscriberCount: Int, load: PeerLoad) {
            self.name = name
            self.subscriberCount = subscriberCount
            self.load = load
        }
    }

    /// Begins one without turns.
    public init(
        version: String,
        command: String,
        startedAt: String,
        machine: RunResult.Machine
    ) {
        self.version = version
        self.command = command
        self.startedAt = startedAt
        self.machine = machine
    }

    /// Adds a server's turn.
    ///
    /// - Parameters:
    ///   - turn: What was measured; nil when nothing was, which keeps the server in the table.
    ///   - name: The server's name.
    ///   - subscriberCount: Connections that received.
    ///   - load: How hard it was driven.
    public mutating func add(
        _ turn: PeerTurn?,
        name: String,
        subscriberCount: Int,
        load: PeerLoad
    ) {
        var index = rows.firstIndex {
            $0.name == name && $0.subscriberCount == subscriberCount && $0.load == load
        }
        if index == nil {
            index = rows.endIndex
            rows.append(Row(name: name, subscriberCount: subscriberCount, load: load))
        }
        if let turn, let index { rows[index].turns.append(turn) }
    }
}

/// The middle of some figures, and how far they lie apart.
struct Spread {
    let least: Double
    let median: Double
    let greatest: Double

    /// Nil without figures.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let least = sorted.first, let greatest = sorted.last else { return nil }
        self.least = least
        self.greatest = greatest
        let middle = sorted.count / 2
        let lower = sorted[sorted.count.isMultiple(of: 2) ? middle - 1 : middle]
        median = (lower + sorted[middle]) / 2
    }
}

/// Which side of a run had no more to give.
enum BusySide: String {
    /// The server used its core up: what was measured is the server's.
    case server
    /// The generator used its core up: the server could do more.
    case generator
    /// Both did.
    case both
    /// Neither did: the load was what was asked for.
    case neither

    /// The share of a core above which a server has no more to give.
    static let serverShareMin = 0.9

    init(serverCores: Double, generatorCores: Double) {
        switch (
            serverCores >= Self.serverShareMin, generatorCores > RunResult.coreShareMax
        ) {
        case (true, false): self = .server
        case (false, true): self = .generator
        case (true, true): self = .both
        case (false, false): self = .neither
        }
    }
}
