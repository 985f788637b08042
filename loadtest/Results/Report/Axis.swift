internal import Glibc

/// One direction of a chart: which values it spans, and where it is marked.
struct Axis {
    /// A value with a line and a text.
    struct Tick {
        var value: Double
        var text: String
    }

    let lower: Double
    let upper: Double
    let isLogarithmic: Bool
    let ticks: [Tick]

    /// Where a value lies, 0 at the lower end and 1 at the upper.
    func place(_ value: Double) -> Double {
        guard isLogarithmic else { return (value - lower) / (upper - lower) }
        return log10(max(value, lower) / lower) / log10(upper / lower)
    }

    /// From 0 to a round number that no value exceeds, with four or five marks.
    static func linear(upTo greatest: Double, text: (Double) -> String) -> Axis {
        let step = roundStep(for: max(greatest, 1e-9) / 4)
        let count = max(1, (greatest / step - 1e-9).rounded(.up))
        return Axis(
            lower: 0,
            upper: count * step,
            isLogarithmic: false,
            ticks: (0...Int(count)).map {
                Tick(value: Double($0) * step, text: text(Double($0) * step))
            }
        )
    }

    /// Latencies in microseconds, between 1, 2 or 5 times a power of ten below and above all.
    static func latency(_ values: [Double]) -> Axis {
        let least = max(1, values.min() ?? 1)
        let greatest = max(least * 2, values.max() ?? 10)
        let marks = (0...10).flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
        let lower = marks.last { $0 <= least } ?? 1
        let upper = marks.first { $0 >= greatest } ?? greatest
        let inside = marks.filter { $0 >= lower && $0 <= upper }
        // More than nine marks would crowd: then powers of ten alone.
        let kept = inside.count <= 9 ? inside : inside.filter { log10($0).rounded() == log10($0) }
        return Axis(
            lower: lower,
            upper: upper,
            isLogarithmic: true,
            ticks: kept.map { Tick(value: $0, text: shortDuration($0)) }
        )
    }

    /// Seconds since the traffic began.
    static func time(from first: Double, to last: Double) -> Axis {
        let steps: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200,
            86_400,
        ]
        let span = max(1, last - first)
        let step = steps.first { span / $0 <= 6 } ?? span
        var ticks: [Tick] = []
        var value = (first / step).rounded(.up) * step
        while value <= last {
            ticks.append(Tick(value: value, text: clock(value)))
            value += step
        }
        return Axis(lower: first, upper: first + span, isLogarithmic: false, ticks: ticks)
    }

    /// Percentiles, each nine as wide as the one before it; of so many values, since beyond their
    /// number's nines there is nothing to tell.
    static func percentiles(count: UInt64) -> Axis {
        let end = min(max(log10(Double(max(count, 1))), 1), 6)
        let known: [(Double, String)] = [
            (50, "p50"), (90, "p90"), (99, "p99"), (99.9, "p99.9"), (99.99, "p99.99"),
            (99.999, "p99.999"), (99.9999, "p99.9999"),
        ]
        let ticks = known.map { Tick(value: nines(of: $0.0), text: $0.1) }
        return Axis(
            lower: 0,
            upper: end,
            isLogarithmic: false,
            ticks: ticks.filter { $0.value <= end + 1e-6 }
        )
    }

    /// How many nines a percentage has: 1 for 90, 2 for 99, 3 for 99.9.
    static func nines(of percent: Double) -> Double { -log10(1 - percent / 100) }

    /// The percentage with so many nines.
    static func percent(nines: Double) -> Double { 100 * (1 - pow(10, -nines)) }

    /// Minutes and seconds, hours where there are any.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.magnitude.rounded())
        let pair = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        let sign = seconds < 0 ? "−" : ""
        let (hours, minutes) = ((whole / 3_600), whole / 60 % 60)
        return hours > 0
            ? "\(sign)\(hours):\(pair(minutes)):\(pair(whole % 60))"
            : "\(sign)\(minutes):\(pair(whole % 60))"
    }

    /// A mark's latency, which is a round number: without digits that are all zero.
    static func shortDuration(_ microseconds: Double) -> String {
        switch microseconds {
        case ..<1_000: "\(Int(microseconds)) µs"
        case ..<1_000_000: "\(Int(microseconds / 1_000)) ms"
        default: "\(Int(microseconds / 1_000_000)) s"
        }
    }

    /// 1, 2, 2.5 or 5 times a power of ten, at least so much.
    private static func roundStep(for least: Double) -> Double {
        let power = pow(10, log10(least).rounded(.down))
        return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? power * 10
    }
}
