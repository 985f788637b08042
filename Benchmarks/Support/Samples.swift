/// What was measured more than once.
struct Samples {
    private(set) var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    /// The value below which so much of all lies, 0 to 1.
    func percentile(_ share: Double) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let index = Int((Double(sorted.count) * share).rounded(.up)) - 1
        return sorted[min(max(index, 0), sorted.count - 1)]
    }

    var median: Double { percentile(0.5) }

    var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// Median, least and greatest, for a table.
    func summary(digits: Int = 2) -> String {
        guard !values.isEmpty else { return "-" }
        let range = [values.min() ?? 0, values.max() ?? 0].map { Report.number($0, digits: digits) }
        return "\(Report.number(median, digits: digits)) (\(range[0])..\(range[1]))"
    }
}

extension Duration {
    /// As milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
    }

    /// As seconds.
    var inSeconds: Double { milliseconds / 1_000 }
}
