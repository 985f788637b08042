import Testing

@testable import LoadResults

@Suite struct AxisTests {
    @Test("An axis from zero ends at a round number that no value exceeds", arguments: 1...300)
    func linear(step: Int) {
        let greatest = Double(step * step * step) / 977
        let axis = Axis.linear(upTo: greatest) { "\($0)" }
        #expect(axis.lower == 0)
        #expect(axis.upper >= greatest * 0.999_999)
        #expect(axis.upper <= greatest * 1.7)
        #expect((3...6).contains(axis.ticks.count), "\(axis.ticks.map(\.text))")
        #expect(axis.ticks.last.map { abs($0.value - axis.upper) < 1e-9 * axis.upper } == true)
    }

    @Test("Nothing but zeros has an axis, too")
    func zeros() {
        let axis = Axis.linear(upTo: 0) { "\($0)" }
        #expect(axis.upper > 0)
        #expect(axis.place(0) == 0)
    }

    @Test(
        "A logarithmic axis holds all values between its ends",
        arguments: [[1.0], [100, 100], [0, 3], [1, 3_600_000_000], [640, 960], []]
    )
    func latency(values: [Double]) {
        let axis = Axis.latency(values)
        #expect(axis.lower < axis.upper)
        #expect(!axis.ticks.isEmpty && axis.ticks.count <= 11)
        for value in values {
            #expect((-1e-9...1 + 1e-9).contains(axis.place(value)), "\(value)")
        }
    }

    @Test("Time has at most seven marks, at round times", arguments: [1, 9, 61, 95, 1_800, 90_000])
    func time(seconds: Int) {
        let axis = Axis.time(from: -7, to: Double(seconds))
        #expect((1...8).contains(axis.ticks.count), "\(axis.ticks.map(\.text))")
        #expect(axis.ticks.contains { $0.value == 0 && $0.text == "0:00" })
        #expect(Axis.clock(-75) == "−1:15")
        #expect(Axis.clock(3_725) == "1:02:05")
    }

    @Test("Percentiles have a nine for each tenfold of the values")
    func percentiles() {
        #expect(Axis.percentiles(count: 0).ticks.map(\.text) == ["p50", "p90"])
        #expect(Axis.percentiles(count: 10_000).ticks.last?.text == "p99.99")
        #expect(Axis.percentiles(count: .max).upper == 6)
        #expect(abs(Axis.percent(nines: Axis.nines(of: 99.9)) - 99.9) < 1e-9)
    }
}
