import Locking
import Testing

@testable import Observation

@Suite struct PrometheusSeriesTests {
    @Test("Threads that count at once lose nothing")
    func race() {
        let prometheus = PrometheusText()
        let metrics = MetricsObserver(factory: prometheus)
        let threads = (0..<4).map { index in
            WorkThread(name: "count-\(index)") {
                for _ in 0..<20_000 {
                    metrics.observe(.connection(.opened))
                    metrics.observe(.channel(.cut(code: "code-\(index)")))
                    metrics.observe(
                        .channel(
                            .joinAccepted(
                                family: FamilyLabel(topic: "trip:1"),
                                isPrivate: true,
                                after: .milliseconds(3)
                            )
                        )
                    )
                }
            }
        }
        for thread in threads { thread.join() }
        let lines = prometheus.lines
        #expect(lines.contains("waypost_connections 80000"))
        #expect(lines.contains("waypost_channels_cut_total{code=\"code-3\"} 20000"))
        #expect(lines.contains("waypost_join_seconds_count 80000"))
        #expect(lines.contains("waypost_join_seconds_bucket{le=\"0.002\"} 0"))
        #expect(lines.contains("waypost_join_seconds_bucket{le=\"0.005\"} 80000"))
    }

    @Test("A counter that never counted a fraction stays exact beyond a Double's whole numbers")
    func exactCounter() {
        let series = CounterSeries()
        series.increment(by: Int64(9_007_199_254_740_993))
        var lines: [String] = []
        series.write(name: "c", labels: PrometheusLabels([]), to: &lines)
        #expect(lines == ["c 9007199254740993"])
        series.reset()
        series.increment(by: 0.25)
        series.increment(by: Int64(2))
        series.write(name: "c", labels: PrometheusLabels([]), to: &lines)
        #expect(lines.last == "c 2.25")
    }
}
