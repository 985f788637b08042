internal import LoadChecks

extension RunResult {
    /// Holds the run to one limit; what was not measured does not hold it.
    func finding(_ objective: Objective) -> RunVerdict.Finding {
        let value: Double?
        switch objective.quantity {
        case .latency(let measure, let statistic): value = latency(measure, statistic)
        case .errors: value = Double(errors.values.reduce(0, +))
        case .breaches(let kind?): value = Double(breaches[kind] ?? 0)
        case .breaches(nil): value = Double(breaches.values.reduce(0, +))
        case .rate(let rate): value = self.rate(rate)
        case .cores(let owner): value = coresMean(owner)
        case .memory(let owner):
            value = resources[owner]?.map { Double($0.residentByteCount) }.max()
        }
        let isHeld = value.map { objective.isLeast ? $0 >= objective.limit : $0 <= objective.limit }
        return RunVerdict.Finding(
            objective: objective.text,
            measured: value.map { objective.quantity.text($0) } ?? "nothing",
            isHeld: isHeld ?? false,
            isAboutTime: objective.isAboutTime
        )
    }

    private func latency(_ measure: Measure?, _ statistic: Objective.Statistic) -> Double? {
        let measures = measure.map { [$0] } ?? [.broadcast, .change]
        return measures.compactMap { latencies[$0] }.filter { $0.count > 0 }
            .map { histogram in
                switch statistic {
                case .percentile(let percent): Double(histogram.percentile(percent))
                case .mean: histogram.mean
                case .max: Double(histogram.max)
                }
            }
            .max()
    }

    /// The mean of measured seconds, or the most at once.
    func rate(_ rate: Objective.Rate) -> Double? {
        let measured = seconds.filter(\.isMeasured)
        guard !measured.isEmpty else { return nil }
        func mean(_ count: KeyPath<Second, Int>) -> Double {
            Double(measured.reduce(0) { $0 + $1[keyPath: count] }) / Double(measured.count)
        }
        switch rate {
        case .sent: return mean(\.sentCount)
        case .received: return mean(\.receivedCount)
        case .writes: return mean(\.writeCount)
        case .connections: return seconds.map { Double($0.connectionCount) }.max()
        case .joined: return seconds.map { Double($0.joinedCount) }.max()
        }
    }

    /// The mean of cores used in the measured seconds; nil where it could not be observed.
    func coresMean(_ owner: String) -> Double? {
        let measured = Set(seconds.filter(\.isMeasured).map(\.second))
        let cores = (resources[owner] ?? []).filter { measured.contains($0.second) }.map(\.cores)
        return cores.isEmpty ? nil : cores.reduce(0, +) / Double(cores.count)
    }
}

extension Objective.Quantity {
    /// A value of it, with its unit.
    func text(_ value: Double) -> String {
        switch self {
        case .latency: Figures.duration(microseconds: value)
        case .errors, .breaches, .rate(.connections), .rate(.joined):
            Figures.count(Int(value))
        case .rate: "\(Figures.rate(value))/s"
        case .cores: Figures.decimal(value, digits: 2)
        case .memory: Figures.bytes(value)
        }
    }
}
