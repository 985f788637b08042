import FoundationEssentials
import Testing

@testable import Observation

@Suite struct SupabaseSeriesTests {
    private func lines(_ observations: [Observation]) -> [String] {
        let text = PrometheusText(hasSupabaseNames: true)
        let observer = MetricsObserver(factory: text)
        for observation in observations { observer.observe(observation) }
        return text.text().split(separator: "\n").map(String.init)
    }

    @Test("Without being asked for none is written")
    func off() {
        let text = PrometheusText()
        MetricsObserver(factory: text).observe(.connection(.opened))
        #expect(!text.text().contains("realtime_"))
    }

    @Test("Numbers are those under our names, with Supabase's labels")
    func numbers() {
        let found = lines([
            .connection(.opened), .connection(.opened),
            .channel(
                .joinRefused(
                    family: FamilyLabel(topic: "trip:1"),
                    isPrivate: true,
                    code: "Unauthorized"
                )
            ),
            .counted([
                CounterDelta(.broadcastsAccepted, amount: 3), CounterDelta(.deliveries, amount: 40),
                CounterDelta(.bytesReceived, amount: 99),
            ]),
        ])
        for line in [
            #"realtime_connections_connected{tenant="realtime"} 2"#,
            "realtime_connections_global_connected 2",
            #"realtime_channel_error{code="Unauthorized",tenant="realtime"} 1"#,
            #"realtime_channel_global_error{code="Unauthorized"} 1"#,
            #"realtime_channel_events{tenant="realtime"} 43"#,
            "realtime_channel_global_input_bytes 99",
            "# TYPE realtime_connections_connected gauge", "# TYPE realtime_channel_events counter",
        ] {
            #expect(found.contains(line), "\(line)")
        }
    }

    @Test("Times are in milliseconds, in buckets that say so")
    func times() {
        let found = lines([
            .authorization(
                .verdictGiven(duration: .milliseconds(3), isDenied: false, isRemembered: false)
            )
        ])
        let name = "realtime_tenants_read_authorization_check"
        for line in [
            #"\#(name)_bucket{tenant="realtime",le="2"} 0"#,
            #"\#(name)_bucket{tenant="realtime",le="5"} 1"#,
            #"\#(name)_bucket{tenant="realtime",le="+Inf"} 1"#,
            #"\#(name)_sum{tenant="realtime"} 3"#, #"\#(name)_count{tenant="realtime"} 1"#,
        ] {
            #expect(found.contains(line), "\(line)")
        }
    }

    @Test("Each stands in docs/METRICS.md as it is, and no other", arguments: SupabaseSeries.all)
    func page(series: SupabaseSeries) throws {
        let path = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
        let text = try String(contentsOfFile: path + "/docs/METRICS.md", encoding: .utf8)
        let labels = series.labelNames.map { "`\($0)`" }.joined(separator: ", ")
        let ours = series.metrics.map { "`\($0.rawValue)`" }.joined(separator: " + ")
        let row = "\(series.name): \(ours)" + (labels.isEmpty ? "" : "; by \(labels)")
        #expect(text.split(separator: "\n").contains { $0 == "- \(row)" }, "- \(row)")
        let listed = text.split(separator: "\n").filter {
            $0.hasPrefix("- realtime_") || $0.hasPrefix("- phoenix_")
        }
        #expect(listed.count == SupabaseSeries.all.count)
        #expect(series.metrics.allSatisfy { $0.kind == series.metric.kind })
    }
}
