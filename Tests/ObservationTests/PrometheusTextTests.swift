import CoreMetrics
import Observation
import Testing

@Suite struct PrometheusTextTests {
    private let prometheus = PrometheusText()

    @Test("A counter is written with its help, type, labels and whole number")
    func counter() {
        let counter = Counter(
            label: "waypost_joins_refused_total",
            dimensions: [("code", "Unauthorized")],
            factory: prometheus
        )
        counter.increment(by: 2)
        counter.increment()
        #expect(
            prometheus.text().hasPrefix(
                """
                # HELP waypost_joins_refused_total Joins refused.
                # TYPE waypost_joins_refused_total counter
                waypost_joins_refused_total{code="Unauthorized"} 3

                """
            )
        )
    }

    @Test("Gauges rise, fall and take fractions")
    func gauge() {
        let gauge = Meter(label: "a", factory: prometheus)
        gauge.set(5)
        gauge.increment(by: 2.5)
        #expect(prometheus.lines.contains("a 7.5"))
        gauge.decrement(by: 8.5)
        #expect(prometheus.lines.contains("a -1"))
        gauge.set(Double.infinity)
        #expect(prometheus.lines.contains("a +Inf"))
        gauge.set(Double.nan)
        #expect(prometheus.lines.contains("a NaN"))
    }

    @Test("A histogram's buckets are cumulative, and a value on a bound belongs to it")
    func histogram() {
        let recorder = Recorder(label: "h", dimensions: [("x", "y")], factory: prometheus)
        for value in [0.0001, 0.0005, 0.0006, 1.0, 1_000] { recorder.record(value) }
        let lines = prometheus.lines
        #expect(lines.contains("# TYPE h histogram"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"0.0005\"} 2"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"0.001\"} 3"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"0.5\"} 3"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"1\"} 4"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"30\"} 4"))
        #expect(lines.contains("h_bucket{x=\"y\",le=\"+Inf\"} 5"))
        #expect(lines.contains("h_count{x=\"y\"} 5"))
        #expect(lines.contains { $0.hasPrefix("h_sum{x=\"y\"} 1001.00") })
    }

    @Test("A timer is a histogram of seconds")
    func timer() {
        Timer(label: "t", factory: prometheus).recordMilliseconds(1_500)
        #expect(prometheus.lines.contains("t_sum 1.5"))
    }

    @Test("Values that the format would misread are escaped, and names are made to fit")
    func escaping() {
        Counter(
            label: "some.thing-else",
            dimensions: [("a.b", "say \"hi\"\\\nbye"), ("1st", "é")],
            factory: prometheus
        ).increment()
        #expect(
            prometheus.lines.contains(
                "some_thing_else{_1st=\"é\",a_b=\"say \\\"hi\\\"\\\\\\nbye\"} 1"
            )
        )
    }

    @Test("The same name and labels, in any order, are one series")
    func sameSeries() {
        let ab = [("a", "1"), ("b", "2")]
        Counter(label: "c", dimensions: ab, factory: prometheus).increment()
        Counter(label: "c", dimensions: ab.reversed(), factory: prometheus).increment()
        #expect(prometheus.lines.contains("c{a=\"1\",b=\"2\"} 2"))
    }

    @Test("A name that is taken by another type keeps its first, and the rest is counted")
    func typeClash() {
        Counter(label: "c", factory: prometheus).increment()
        Meter(label: "c", factory: prometheus).set(9)
        Meter(label: "c", dimensions: [("a", "b")], factory: prometheus).set(9)
        #expect(prometheus.lines.contains("# TYPE c counter"))
        #expect(prometheus.lines.contains("c 1"))
        #expect(!prometheus.text().contains(" 9\n"))
        #expect(prometheus.lines.contains("waypost_series_dropped_total 1"))
    }

    @Test("Series beyond the limit are not kept, and are counted")
    func limit() {
        let small = PrometheusText(seriesCountMax: 2)
        for value in ["1", "2", "3", "4"] {
            Counter(label: "c", dimensions: [("a", value)], factory: small).increment()
        }
        #expect(small.lines.filter { $0.hasPrefix("c{") }.count == 2)
        #expect(small.lines.contains("waypost_series_dropped_total 2"))
    }
}
