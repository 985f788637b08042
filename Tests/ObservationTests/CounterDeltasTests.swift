import Observation
import Testing

@Suite struct CounterDeltasTests {
    @Test("Only what moved since the last look is handed over")
    func differences() {
        var deltas = CounterDeltas()
        deltas.note(.deliveries, total: 10)
        deltas.note(.encodings, total: 0)
        #expect(deltas.takeAll() == [CounterDelta(.deliveries, amount: 10)])
        deltas.note(.deliveries, total: 10)
        #expect(deltas.takeAll() == [])
        deltas.note(.deliveries, total: 13)
        #expect(deltas.takeAll() == [CounterDelta(.deliveries, amount: 3)])
        #expect(deltas.takeAll() == [])
    }

    @Test("A gauge may fall, and label values have totals of their own")
    func gaugesAndLabels() {
        var deltas = CounterDeltas()
        deltas.note(.channels, total: 5)
        deltas.note(.broadcastsRefused, total: 2, labels: ["too_large"])
        deltas.note(.broadcastsRefused, total: 1, labels: ["malformed"])
        _ = deltas.takeAll()
        deltas.note(.channels, total: 1)
        deltas.note(.broadcastsRefused, total: 3, labels: ["too_large"])
        #expect(
            deltas.takeAll() == [
                CounterDelta(.channels, amount: -4),
                CounterDelta(.broadcastsRefused, labels: ["too_large"], amount: 1),
            ]
        )
    }

    @Test("A counter that falls is a programmer's error")
    func fallingCounter() async {
        await #expect(processExitsWith: .failure) {
            var deltas = CounterDeltas()
            deltas.note(.deliveries, total: 10)
            deltas.note(.deliveries, total: 9)
        }
    }

    @Test("Two loops' gauges add up to the whole")
    func twoLoops() {
        let prometheus = PrometheusText()
        let metrics = MetricsObserver(factory: prometheus)
        var first = CounterDeltas()
        var second = CounterDeltas()
        first.note(.channels, total: 7)
        second.note(.channels, total: 4)
        metrics.observe(.counted(first.takeAll()))
        metrics.observe(.counted(second.takeAll()))
        first.note(.channels, total: 2)
        metrics.observe(.counted(first.takeAll()))
        #expect(prometheus.lines.contains("waypost_channels 6"))
    }
}

extension PrometheusText {
    /// The lines of the text, for comparing.
    var lines: [Substring] { text().split(separator: "\n") }
}
