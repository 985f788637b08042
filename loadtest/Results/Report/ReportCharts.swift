/// The charts of a run, those without values left out.
struct ReportCharts {
    private let run: RunResult
    private let time: TimeLine
    private let axis: Axis
    private let measuredEnd: Double
    private let shaded: [(from: Double, to: Double)]
    private let objectives: [Objective]

    init(_ run: RunResult) {
        self.run = run
        let time = TimeLine(run.seconds.map(\.second))
        self.time = time
        axis = .time(from: Double(time.first), to: Double(time.last))
        let measured = run.seconds.filter(\.isMeasured).map(\.second)
        measuredEnd = measured.last.map { Double($0 - time.width) } ?? .infinity
        shaded =
            measured.isEmpty
            ? [(Double(time.first), Double(time.last))]
            : [
                (Double(time.first), Double(measured[0])),
                (Double(measured[measured.count - 1]), Double(time.last)),
            ].filter { $0.0 < $0.1 }
        objectives = run.verdict.findings.compactMap { try? Objective.read($0.objective).first }
    }

    var html: String {
        let latencies = [.broadcast, .change].compactMap(latency)
        let rest = [percentiles, received, sent, cores, memory].compactMap { $0 }
        let rare = [.join, .reconnect].filter(isFrequent).compactMap(latency)
        let charts = latencies + rest + rare + [open, failures].compactMap { $0 }
        guard !charts.isEmpty else { return "" }
        let aside = "Grey: not measured (connecting, warming up, waiting for the last messages)."
        return HTML.section(
            "Over time",
            """
            <div class="charts">
            \(charts.map(\.html).joined())</div>
            <p class="quiet">\(aside) Times are minutes and seconds since the traffic began.</p>

            """
        )
    }

    // MARK: Latencies

    /// Whether a line would be more than a few dots.
    private func isFrequent(_ measure: Measure) -> Bool {
        run.seconds.count { $0.latencies[measure] != nil } * 2 >= run.seconds.count
    }

    private func latency(_ measure: Measure) -> Chart? {
        let names: [(place: Int, name: String, style: String)] = [
            (3, "max", "s4"), (2, "p99.9", "s3"), (1, "p99", "s2"), (0, "p50", "s1"),
        ]
        let lines = names.map { place, name, style in
            let values = run.seconds.compactMap { second -> (second: Int, value: Double)? in
                guard let all = second.latencies[measure], all.count > place else { return nil }
                return (second.second, Double(all[place]))
            }
            return Chart.Line(name: name, style: style, points: time.points(values, .greatest))
        }
        let values = lines.flatMap { $0.points.compactMap(\.y) }
        guard !values.isEmpty else { return nil }
        let limits = limits(of: measure, near: values.max() ?? 0)
        return Chart(
            title: "\(measure.title) latency",
            note: "\(time.note(.greatest)), logarithmic",
            horizontal: axis,
            vertical: .latency(values + limits.map(\.value)),
            lines: lines,
            limits: limits,
            shaded: shaded,
            namesAt: measuredEnd,
            valueText: Figures.duration(microseconds:)
        )
    }

    /// Limits of this measure; one that is far above everything measured would flatten the lines.
    private func limits(of measure: Measure, near greatest: Double) -> [Chart.Limit] {
        objectives.compactMap { objective in
            guard case .latency(let limited, _) = objective.quantity, objective.limit > 0,
                limited == measure
                    || (limited == nil && (measure == .broadcast || measure == .change)),
                objective.limit <= greatest * 20
            else { return nil }
            return Chart.Limit(text: objective.text, value: objective.limit)
        }
    }

    private var percentiles: Chart? {
        let order: [Measure] = [
            .broadcast, .change, .join, .reconnect, .acknowledgement, .commit, .connect, .heartbeat,
        ]
        let measures = order.filter { (run.latencies[$0]?.count ?? 0) > 0 }.prefix(4)
        let counts = measures.compactMap { run.latencies[$0]?.count }
        guard let greatest = counts.max() else { return nil }
        let horizontal = Axis.percentiles(count: greatest)
        let styles = ["a", "b", "c", "d"]
        let lines = zip(measures, styles).compactMap { measure, style -> Chart.Line? in
            guard let histogram = run.latencies[measure] else { return nil }
            let end = Axis.percentiles(count: histogram.count).upper
            let points = (0...100).map { Double($0) / 100 * horizontal.upper }
                .map { nines -> (x: Double, y: Double?) in
                    let percent = Axis.percent(nines: nines)
                    let isThere = nines <= end + 1e-9
                    return (nines, isThere ? Double(histogram.percentile(percent)) : nil)
                }
            return Chart.Line(name: measure.shortTitle, style: style, points: points)
        }
        return Chart(
            title: "Latency by percentile",
            note: "of everything measured",
            horizontal: horizontal,
            vertical: .latency(lines.flatMap { $0.points.compactMap(\.y) }),
            lines: lines,
            placeText: { nines in
                let percent = Axis.percent(nines: nines)
                return "\(Figures.decimal(percent, digits: nines < 2 ? 1 : Int(nines) + 1)) %"
            },
            valueText: Figures.duration(microseconds:)
        )
    }

    // MARK: What went through

    private var received: Chart? {
        counts("Received", [("messages", "a", \.receivedCount)], unit: "messages in a second")
    }

    private var sent: Chart? {
        counts(
            "Sent",
            [("broadcasts", "a", \.sentCount), ("writes", "b", \.writeCount)],
            unit: "in a second"
        )
    }

    private var open: Chart? {
        counts(
            "Open",
            [("channels", "b", \.joinedCount), ("connections", "a", \.connectionCount)],
            unit: "at once"
        )
    }

    private var failures: Chart? {
        counts(
            "Failures",
            [("errors", "b", \.errorCount), ("breaches", "bad", \.breachCount)],
            unit: "in a second"
        )
    }

    private func counts(
        _ title: String,
        _ parts: [(name: String, style: String, count: KeyPath<RunResult.Second, Int>)],
        unit: String
    ) -> Chart? {
        let lines = parts.compactMap { name, style, count -> Chart.Line? in
            guard run.seconds.contains(where: { $0[keyPath: count] > 0 }) else { return nil }
            let values = run.seconds.map { ($0.second, Double($0[keyPath: count])) }
            return Chart.Line(name: name, style: style, points: time.points(values, .mean))
        }
        guard !lines.isEmpty else { return nil }
        let note = time.width == 1 ? unit : "\(unit), \(time.note(.mean))"
        return linear(title, note, lines, text: Figures.rate, label: Figures.short)
    }

    // MARK: What it took

    private static let owners = [
        ("server", "gateway", "a"), ("postgres", "PostgreSQL", "b"),
        ("generator", "generator", "e"),
    ]

    private var cores: Chart? {
        resources("Processor", "cores used, \(time.note(.mean))", .mean) { $0.cores }
            .map {
                linear($0, $1, $2, text: { Figures.decimal($0, digits: 2) }, label: Figures.plain)
            }
    }

    private var memory: Chart? {
        let mebibyte = 1_048_576.0
        let most = run.resources.values.joined().map(\.residentByteCount).max() ?? 0
        let isLarge = Double(most) >= 2_000 * mebibyte
        let (unit, name) = isLarge ? (1_024 * mebibyte, "GiB") : (mebibyte, "MiB")
        return resources("Memory", "\(name) resident", .greatest) {
            Double($0.residentByteCount) / unit
        }
        .map { title, note, lines in
            let text = { (value: Double) in Figures.bytes(value * unit) }
            return linear(title, note, lines, text: text, label: Figures.plain)
        }
    }

    private func resources(
        _ title: String,
        _ note: String,
        _ combination: TimeLine.Combination,
        _ value: (RunResult.ResourceSample) -> Double
    ) -> (String, String, [Chart.Line])? {
        let lines = Self.owners.compactMap { owner, name, style -> Chart.Line? in
            guard let samples = run.resources[owner], !samples.isEmpty else { return nil }
            let values = samples.map { ($0.second, value($0)) }
            return Chart.Line(name: name, style: style, points: time.points(values, combination))
        }
        return lines.isEmpty ? nil : (title, note, lines)
    }

    private func linear(
        _ title: String,
        _ note: String,
        _ lines: [Chart.Line],
        text: @escaping (Double) -> String,
        label: (Double) -> String
    ) -> Chart {
        Chart(
            title: title,
            note: note,
            horizontal: axis,
            vertical: .linear(
                upTo: lines.flatMap { $0.points.compactMap(\.y) }.max() ?? 0,
                text: label
            ),
            lines: lines,
            shaded: shaded,
            namesAt: measuredEnd,
            valueText: text
        )
    }
}

extension Measure {
    /// A name that fits beside a line.
    var shortTitle: String {
        switch self {
        case .acknowledgement: "ack"
        case .reconnect: "back"
        case .broadcastUncorrected: "sent"
        default: title.lowercased()
        }
    }
}
