import Testing

@testable import LoadResults

@Suite struct FiguresTests {
    @Test(
        "Latencies have three digits that count and a unit",
        arguments: [
            (0.0, "0 µs"), (7, "7 µs"), (99, "99 µs"), (100, "0.10 ms"), (840, "0.84 ms"),
            (9_994, "9.99 ms"), (9_996, "10.0 ms"), (123_456, "123 ms"), (999_499, "999 ms"),
            (999_500, "1.00 s"), (3_600_000_000, "3,600 s"),
        ]
    )
    func duration(microseconds: Double, text: String) {
        #expect(Figures.duration(microseconds: microseconds) == text)
    }

    @Test(
        "Counts have their thousands apart",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"),
            (1_234_567, "1,234,567"),
        ]
    )
    func count(value: Int, text: String) { #expect(Figures.count(value) == text) }

    @Test("What is no number is a dash")
    func noNumber() {
        #expect(Figures.decimal(.nan, digits: 2) == "–")
        #expect(Figures.rate(.infinity) == "–")
        #expect(Figures.significant(.infinity) == "–")
        #expect(Figures.decimal(1e300, digits: 0) == "–")
    }

    @Test("Bytes, shares, seconds and rates")
    func others() {
        #expect(Figures.bytes(1_023) == "1023 B")
        #expect(Figures.bytes(1_536) == "1.50 KiB")
        #expect(Figures.bytes(5_368_709_120) == "5.00 GiB")
        #expect(Figures.percent(0.086) == "8.6 %")
        #expect(Figures.percent(0.0999) == "10 %")
        #expect(Figures.percent(1.02) == "102 %")
        #expect(Figures.seconds(60) == "60 s")
        #expect(Figures.seconds(720) == "12 min")
        #expect(Figures.rate(0) == "0")
        #expect(Figures.rate(3) == "3.0")
        #expect(Figures.rate(12_345.6) == "12,346")
        #expect(Figures.decimal(-0.05, digits: 1) == "-0.1")
        #expect(Figures.decimal(0.005, digits: 2) == "0.01")
    }

    @Test("Marks of an axis are short")
    func marks() {
        #expect(Figures.short(2_500) == "2.5k")
        #expect(Figures.short(20_000) == "20k")
        #expect(Figures.short(1_500_000) == "1.5M")
        #expect(Figures.plain(0.25) == "0.25")
        #expect(Figures.plain(0.3) == "0.3")
        #expect(Figures.plain(50) == "50")
    }
}
