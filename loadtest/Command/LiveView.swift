import LoadChecks
import LoadResults

/// What is seen on a terminal while a run goes on.
struct LiveView {
    /// What there is to show.
    struct Moment {
        var phase: Conductor.Phase
        /// Nanoseconds of the monotonic clock.
        var now: UInt64
        var merged: RunMerge
        var resources: [String: RunResult.ResourceSample]
    }

    let scenario: String
    let connectionCount: Int
    let channelCount: Int
    let warmupSeconds: Double
    let measuredSeconds: Double
    /// Whether lines can be drawn anew; otherwise there is one every five seconds.
    let isLive: Bool

    private var drawnLineCount = 0
    private var lastPlainSecond: UInt64?

    init(
        scenario: String,
        connectionCount: Int,
        channelCount: Int,
        warmupSeconds: Double,
        measuredSeconds: Double,
        isLive: Bool
    ) {
        self.scenario = scenario
        self.connectionCount = connectionCount
        self.channelCount = channelCount
        self.warmupSeconds = warmupSeconds
        self.measuredSeconds = measuredSeconds
        self.isLive = isLive
    }

    /// What is to be written to the terminal now, which may be nothing.
    mutating func text(_ moment: Moment) -> String {
        guard isLive else {
            let second = moment.now / 1_000_000_000
            if let last = lastPlainSecond, second < last + 5 { return "" }
            lastPlainSecond = second
            return plainLine(moment) + "\n"
        }
        let lines = lines(moment)
        defer { drawnLineCount = lines.count }
        // A line that went on in the next one would be drawn in the wrong place ever after.
        return Self.above(drawnLineCount) + "\u{1B}[?7l"
            + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J\u{1B}[?7h"
    }

    /// What takes the drawn lines away, for what is written after them.
    mutating func erased() -> String {
        defer { drawnLineCount = 0 }
        return drawnLineCount == 0 ? "" : Self.above(drawnLineCount) + "\u{1B}[J"
    }

    private static func above(_ lineCount: Int) -> String {
        lineCount == 0 ? "" : "\u{1B}[\(lineCount)A\r"
    }

    /// Everything, a line for each side.
    func lines(_ moment: Moment) -> [String] {
        let (share, stage) = progress(moment)
        let current = moment.merged.current ?? RunResult.Second()
        var lines = [
            "\(scenario)  \(Self.bar(share))  \(stage)",
            "  " + counts(current),
            "  " + Self.rates(current),
        ]
        lines += Self.latencies(current)
        lines.append("  " + Self.troubles(moment.merged))
        let resources = Self.resources(moment.resources)
        if !resources.isEmpty { lines.append("  " + resources) }
        return lines
    }

    /// The same in one line, for logs.
    func plainLine(_ moment: Moment) -> String {
        let (_, stage) = progress(moment)
        let current = moment.merged.current ?? RunResult.Second()
        let parts =
            [
                "\(scenario): \(stage)", "joined \(current.joinedCount)",
                "sent \(current.sentCount)/s", "received \(current.receivedCount)/s",
            ] + Self.latencies(current).map { $0.drop(while: { $0 == " " }).description }
            + [Self.troubles(moment.merged)]
        return parts.joined(separator: ", ")
    }

    private func counts(_ second: RunResult.Second) -> String {
        let connected = Figures.count(second.connectionCount)
        let joined = Figures.count(second.joinedCount)
        return "connected \(connected) of \(Figures.count(connectionCount))   "
            + "joined \(joined) of \(Figures.count(channelCount))"
    }

    private static func rates(_ second: RunResult.Second) -> String {
        let byteRate = Figures.bytes(Double(second.receivedByteCount))
        return "sent \(Figures.count(second.sentCount))/s   "
            + "received \(Figures.count(second.receivedCount))/s (\(byteRate)/s)   "
            + "writes \(Figures.count(second.writeCount))/s"
    }

    /// How far the run is, 0 to 1, and what it is at.
    private func progress(_ moment: Moment) -> (share: Double, stage: String) {
        switch moment.phase {
        case .connecting:
            let joined = moment.merged.current.map { channelCount > 0 ? $0.joinedCount : 0 } ?? 0
            let share = channelCount > 0 ? Double(joined) / Double(channelCount) : 0
            return (min(1, share), "connecting")
        case .traffic(let start):
            let passed =
                moment.now > start ? Double(moment.now - start) / 1_000_000_000 : 0
            guard passed >= warmupSeconds else {
                return (
                    passed / warmupSeconds,
                    "warming up, \(Int(passed)) s of \(Figures.seconds(warmupSeconds))"
                )
            }
            let measured = min(passed - warmupSeconds, measuredSeconds)
            return (
                measuredSeconds > 0 ? measured / measuredSeconds : 1,
                "measuring, \(Int(measured)) s of \(Figures.seconds(measuredSeconds))"
            )
        case .comparing: return (1, "waiting for the last messages")
        case .ending, .over: return (1, "ending")
        }
    }

    private static let barWidth = 30

    private static func bar(_ share: Double) -> String {
        let full = Int((Double(barWidth) * max(0, min(1, share))).rounded(.down))
        return String(repeating: "█", count: full)
            + String(repeating: "░", count: barWidth - full)
    }

    private static func latencies(_ second: RunResult.Second) -> [String] {
        Measure.allCases.compactMap { measure in
            guard shown.contains(measure), let values = second.latencies[measure],
                values.count == 4
            else { return nil }
            return "  \(measure.rawValue) p50 \(Figures.duration(values[0]))  "
                + "p99 \(Figures.duration(values[1]))  p99.9 \(Figures.duration(values[2]))"
        }
    }

    private static let shown: [Measure] = [.join, .broadcast, .change, .reconnect]

    private static func troubles(_ merged: RunMerge) -> String {
        let errorCount = merged.errors.values.reduce(0, +)
        let breachCount = merged.breaches.values.reduce(0, +)
        var text = "errors \(Figures.count(errorCount))"
        if let worst = merged.errors.max(by: { $0.value < $1.value }) {
            text += " (mostly \(worst.key))"
        }
        text += "   breaches \(Figures.count(breachCount))"
        if let worst = merged.breaches.max(by: { $0.value < $1.value }), breachCount > 0 {
            text += " (mostly \(worst.key.rawValue))"
        }
        return text
    }

    private static func resources(_ samples: [String: RunResult.ResourceSample]) -> String {
        ["server", "postgres", "generator"].compactMap { name in
            samples[name].map {
                "\(name) \(Figures.decimal($0.cores, digits: 2)) cores "
                    + Figures.bytes(Double($0.residentByteCount))
            }
        }.joined(separator: "   ")
    }
}
