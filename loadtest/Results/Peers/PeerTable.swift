/// A comparison of servers as Markdown, for a terminal and for a page.
public enum PeerTable {
    /// The name of the row that others are held against.
    public static let floor = "floor"

    /// All tables, one for each load.
    ///
    /// - Parameter comparison: What was measured.
    /// - Returns: Markdown.
    public static func text(_ comparison: PeerComparison) -> String {
        var loads: [PeerLoad] = []
        for row in comparison.rows where !loads.contains(row.load) { loads.append(row.load) }
        return ([head(comparison)] + loads.map { table($0, comparison) }).joined(separator: "\n\n")
    }

    private static func head(_ comparison: PeerComparison) -> String {
        let machine = comparison.machine
        let turns = comparison.rows.map(\.turns.count).max() ?? 0
        return """
            `\(comparison.command)`, \(comparison.startedAt), waypost \(comparison.version), \
            \(machine.processor), \(machine.coreCount) cores, \(machine.kernel), load before \
            \(machine.loadAverages).

            Medians of \(turns) turns, least and greatest in brackets. Processor time is the \
            server's, for each delivery. The peers publish and subscribe and do nothing else: no \
            rules, no database, no replay, no presence.
            """
    }

    private static func table(_ load: PeerLoad, _ comparison: PeerComparison) -> String {
        let rows = comparison.rows.filter { $0.load == load }
        let floors = rows.filter { $0.name == floor }
        let lines = rows.map { row in
            line(row, floor: floors.first { $0.subscriberCount == row.subscriberCount })
        }
        return """
            **\(load.description)**

            | subscribers | server | µs per delivery | of floor | deliveries/s | server's core \
            | generator's core | busy | p99 | troubles |
            |---:|---|---:|---:|---:|---:|---:|---|---:|---|
            \(lines.joined(separator: "\n"))
            """
    }

    private static func line(_ row: PeerComparison.Row, floor: PeerComparison.Row?) -> String {
        let costs = Spread(row.turns.map(\.microsecondsPerDelivery))
        let floorCosts = Spread(floor?.turns.map(\.microsecondsPerDelivery) ?? [])
        let rates = Spread(row.turns.map(\.deliveriesPerSecond))
        let servers = Spread(row.turns.map(\.serverCores))
        let generators = Spread(row.turns.map(\.generatorCores))
        let latencies = Spread(row.turns.map { Double($0.p99Microseconds) })
        guard let costs, let rates, let servers, let generators, let latencies else {
            let name = "| \(Figures.count(row.subscriberCount)) | \(row.name) |"
            return name + String(repeating: " |", count: 7) + " nothing arrived |"
        }
        let busy = BusySide(serverCores: servers.median, generatorCores: generators.median)
        let cells = [
            Figures.count(row.subscriberCount),
            row.name,
            range(costs, Figures.significant),
            floorCosts.map { Figures.decimal(costs.median / $0.median, digits: 2) } ?? "–",
            range(rates, Figures.rate),
            Figures.percent(servers.median),
            Figures.percent(generators.median),
            busy.rawValue,
            Figures.duration(microseconds: latencies.median),
            troubles(row),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func range(_ spread: Spread, _ text: (Double) -> String) -> String {
        "\(text(spread.median)) (\(text(spread.least))–\(text(spread.greatest)))"
    }

    /// What went wrong, and whether a rate that was asked for was reached.
    private static func troubles(_ row: PeerComparison.Row) -> String {
        var words: [String] = []
        if case .deliveriesPerSecond(let asked) = row.load,
            let rates = Spread(row.turns.map(\.deliveriesPerSecond)),
            rates.median < Double(asked) * reachedShareMin
        {
            words.append("did not keep up")
        }
        var counts: [String: Int] = [:]
        for turn in row.turns { counts.merge(turn.troubles, uniquingKeysWith: +) }
        words += counts.sorted { $0.key < $1.key }.map { "\($0.key) \(Figures.count($0.value))" }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    /// The share of the rate asked for from which on it counts as reached.
    private static let reachedShareMin = 0.97
}
