import Testing

@testable import Observation

@Suite struct MetricsObserverTests {
    private let prometheus = PrometheusText()
    private let metrics: MetricsObserver

    init() { metrics = MetricsObserver(factory: prometheus) }

    @Test("Every metric without labels is there at zero before anything happened")
    func zeros() {
        let lines = prometheus.lines
        for metric in Metric.allCases where metric.labels.isEmpty {
            let name = metric.rawValue
            #expect(
                lines.contains(metric.kind == .histogram ? "\(name)_count 0" : "\(name) 0")
            )
            #expect(lines.contains("# TYPE \(name) \(metric.kind.rawValue)"))
        }
    }

    @Test("Connections are counted and the open ones shown")
    func connections() {
        for _ in 0..<3 { metrics.observe(.connection(.opened)) }
        metrics.observe(.connection(.closed(.idle, code: 1000)))
        let lines = prometheus.lines
        #expect(lines.contains("waypost_connections 2"))
        #expect(lines.contains("waypost_connections_opened_total 3"))
        #expect(lines.contains("waypost_connections_closed_total{reason=\"idle\"} 1"))
    }

    @Test("Exactly one reader mode is 1")
    func readerMode() {
        metrics.observe(.outbox(.readerModeChanged(.hot)))
        metrics.observe(.outbox(.readerModeChanged(.draining)))
        let modes = prometheus.lines.filter { $0.hasPrefix("waypost_reader_mode{") }
        #expect(
            modes == [
                "waypost_reader_mode{mode=\"cold\"} 0",
                "waypost_reader_mode{mode=\"draining\"} 1",
                "waypost_reader_mode{mode=\"hot\"} 0",
            ]
        )
    }

    @Test("Ready is what was noted last, and is there from the start")
    func ready() {
        metrics.observe(.gateway(.starting(version: "1.2.3")))
        #expect(prometheus.lines.contains("waypost_ready 0"))
        var deltas = CounterDeltas()
        let steps: [(Int, Substring)] = [(1, "waypost_ready 1"), (0, "waypost_ready 0")]
        for (total, line) in steps {
            deltas.note(.ready, total: total)
            metrics.observe(.counted(deltas.takeAll()))
            #expect(prometheus.lines.contains { $0 == line })
        }
        #expect(prometheus.lines.contains("waypost_info{version=\"1.2.3\"} 1"))
    }

    @Test("Label values beyond the limit are counted as other, none is lost")
    func cardinality() {
        let count = 1_000
        for index in 0..<count { metrics.observe(.channel(.cut(code: "Code\(index)"))) }
        let series = prometheus.lines.filter { $0.hasPrefix("waypost_channels_cut_total{") }
        #expect(series.count == MetricsObserver.seriesCountMax + 1)
        let rest = count - MetricsObserver.seriesCountMax
        #expect(series.contains("waypost_channels_cut_total{code=\"other\"} \(rest)"))
    }

    @Test("Each observation moves metrics as their kind allows, with all their labels")
    func everyObservation() {
        for observation in examples {
            for change in observation.changes {
                #expect(change.labels.count == change.metric.labels.count)
                switch (change.metric.kind, change.movement) {
                case (.counter, .add(let amount)): #expect(amount >= 0)
                case (.gauge, .add), (.gauge, .set), (.histogram, .observe): break
                default: Issue.record("\(change) does not fit its kind")
                }
            }
            metrics.observe(observation)
        }
    }

    @Test("Every metric is moved by an observation, or is one that loops count")
    func everyMetric() {
        let loopMetrics: Set<Metric> = [
            .channels, .topics, .messagesReceived, .bytesReceived, .deliveries, .encodings,
            .writes, .bytesSent, .links, .linksRefused, .acceptPauses, .pings, .presences,
            .presencesTracked, .presencesResumed, .presenceDiffs, .presenceDiffsMissed,
            .presenceStates, .requestsWaiting, .replaysWaiting, .replayOverlaps,
            .channelsHeld, .withheldBytes, .withheldDropped, .holdResyncs, .reevaluations,
        ]
        let moved = Set(examples.flatMap { $0.changes.map(\.metric) })
        #expect(Set(Metric.allCases).subtracting(moved).subtracting(loopMetrics) == [])
        #expect(moved.intersection(loopMetrics) == [])
    }
}
