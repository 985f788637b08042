internal import LoadChecks

extension RunResult {
    /// The share of its core above which a generator is the bottleneck.
    static let coreShareMax = 0.85

    /// The share of the measured p99 that timers may be late at 99 percent.
    static let lagShareMax = 0.1

    /// Judges anew, by other limits.
    ///
    /// - Parameter objectives: The limits that the run is held to.
    public mutating func judge(by objectives: [Objective]) {
        let findings = objectives.map(finding)
        let breachCount = breaches.values.reduce(0, +)
        let missed = findings.filter { !$0.isHeld }
        let nothing = missingTraffic
        let bottlenecks = bottlenecks.map(\.sentence)
        var reasons = breachReasons + nothing + bottlenecks
        reasons += missed.map { "\($0.objective): measured \($0.measured)." }
        if !isComplete { reasons.append("The run was stopped before its end.") }

        let outcome: RunVerdict.Outcome
        let headline: String
        if breachCount > 0 {
            outcome = .breached
            let noun = breachCount == 1 ? "breach" : "breaches"
            headline = "The server broke its promises: \(Figures.count(breachCount)) \(noun)."
        } else if !isComplete {
            outcome = .interrupted
            headline = "The run was stopped before its end; this is what was measured so far."
        } else if !nothing.isEmpty {
            outcome = .notHeld
            headline = "There was nothing to measure."
        } else if !bottlenecks.isEmpty {
            outcome = .invalid
            headline = "The generator was the bottleneck: its figures say nothing about the server."
        } else if !missed.isEmpty {
            outcome = .notHeld
            let noun = findings.count == 1 ? "limit" : "limits"
            headline = "\(missed.count) of \(findings.count) \(noun) did not hold."
        } else {
            outcome = .held
            headline = findings.isEmpty ? "No breach. No limits were set." : "Every limit held."
        }
        verdict = RunVerdict(
            outcome: outcome,
            headline: headline,
            reasons: reasons,
            findings: findings
        )
    }

    private var breachReasons: [String] {
        BreachKind.allCases.compactMap { kind in
            guard let count = breaches[kind], count > 0 else { return nil }
            return "\(kind.title): \(Figures.count(count))."
        }
    }

    /// A run in which nobody got in must not look like one in which nothing went wrong.
    private var missingTraffic: [String] {
        guard seconds.contains(where: { $0.connectionCount > 0 }) else {
            return ["No connection was ever open."]
        }
        guard errors.isEmpty || seconds.contains(where: { $0.joinedCount > 0 }) else {
            return ["No channel was ever joined."]
        }
        return []
    }

    /// Where a generator was slower than what it measured: its number and a sentence.
    var bottlenecks: [(generator: Int, sentence: String)] {
        let reference = referenceMicroseconds
        return generators.flatMap { figures in
            var sentences: [String] = []
            if figures.coreShare > Self.coreShareMax {
                sentences.append(
                    "\(figures.name) used \(Figures.percent(figures.coreShare)) of its core, more"
                        + " than \(Figures.percent(Self.coreShareMax)): take more generators,"
                        + " other cores, or less load."
                )
            }
            if let reference, Double(figures.lagMicroseconds) > reference * Self.lagShareMax {
                sentences.append(
                    "The timers of \(figures.name.lowercased()) were"
                        + " \(Figures.duration(figures.lagMicroseconds)) late at 99 percent, more"
                        + " than a tenth of the measured"
                        + " \(Figures.duration(microseconds: reference)): give it cores of its own."
                )
            }
            return sentences.map { (figures.generator, $0) }
        }
    }

    /// The p99 that timers are compared with: the least of messages, or of joins and connections
    /// where there are no messages.
    private var referenceMicroseconds: Double? {
        let sets: [[Measure]] = [[.broadcast, .change], [.join, .connect, .reconnect]]
        for measures in sets {
            let values = measures.compactMap { latencies[$0] }.filter { $0.count > 0 }
                .map { Double($0.percentile(99)) }
            if let least = values.min() { return least }
        }
        return nil
    }
}

extension RunResult.GeneratorFigures {
    /// As people call it.
    var name: String {
        generator == Tick.writersGenerator ? "The writers" : "Generator \(generator)"
    }
}

extension BreachKind {
    /// As people call it.
    var title: String {
        switch self {
        case .duplicate: "Messages that came twice"
        case .disorder: "Messages out of order"
        case .gap: "Messages left out"
        case .missing: "Last messages that never came"
        case .wrongAudience: "Messages for others"
        case .corrupted: "Messages that were altered"
        }
    }
}
