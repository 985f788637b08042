/// One series as Supabase Realtime names it, made of ours.
///
/// The names and labels are those that dashboards for the hosted service look for; the numbers are
/// the ones that stand beside them under our names, read at the same moment. Series without an
/// equal here are left out rather than made up.
public struct SupabaseSeries: Sendable {
    /// Its name there.
    public let name: String

    /// Ours, whose number it shows.
    public let metric: Metric

    /// Further metrics that are added to it.
    let others: [Metric]

    /// Those of our labels that it has too; over the others it sums up.
    let labels: [String]

    /// Whether it carries the label `tenant`.
    let hasTenant: Bool

    /// What a second is there: 1,000 where they count milliseconds.
    let scale: Double

    /// Labels that are the same always.
    let fixed: [(String, String)]

    private init(
        _ name: String,
        _ metric: Metric,
        and others: [Metric] = [],
        labels: [String] = [],
        hasTenant: Bool = true,
        scale: Double = 1,
        fixed: [(String, String)] = []
    ) {
        self.name = name
        self.metric = metric
        self.others = others
        self.labels = labels
        self.hasTenant = hasTenant
        self.scale = scale
        self.fixed = fixed
    }

    /// All of them, in the order of the documentation.
    public static let all: [SupabaseSeries] = [
        SupabaseSeries("realtime_connections_connected", .connections),
        SupabaseSeries("realtime_connections_connected_cluster", .connections),
        SupabaseSeries("realtime_connections_global_connected", .connections, hasTenant: false),
        SupabaseSeries(
            "realtime_connections_global_connected_cluster",
            .connections,
            hasTenant: false
        ),
        SupabaseSeries("realtime_channel_joins", .joinsAsked),
        SupabaseSeries("realtime_channel_global_joins", .joinsAsked, hasTenant: false),
        SupabaseSeries(
            "realtime_channel_events",
            .broadcastsAccepted,
            and: [.deliveries]
        ),
        SupabaseSeries(
            "realtime_channel_global_events",
            .broadcastsAccepted,
            and: [.deliveries],
            hasTenant: false
        ),
        SupabaseSeries(
            "realtime_channel_presence_events",
            .presencesTracked,
            and: [.presenceStates, .presenceDiffs]
        ),
        SupabaseSeries(
            "realtime_channel_global_presence_events",
            .presencesTracked,
            and: [.presenceStates, .presenceDiffs],
            hasTenant: false
        ),
        SupabaseSeries("realtime_channel_db_events", .windowMessages),
        SupabaseSeries("realtime_channel_global_db_events", .windowMessages, hasTenant: false),
        SupabaseSeries("realtime_channel_input_bytes", .bytesReceived),
        SupabaseSeries("realtime_channel_global_input_bytes", .bytesReceived, hasTenant: false),
        SupabaseSeries("realtime_channel_output_bytes", .bytesSent),
        SupabaseSeries("realtime_channel_global_output_bytes", .bytesSent, hasTenant: false),
        SupabaseSeries("realtime_channel_error", .joinsRefused, labels: ["code"]),
        SupabaseSeries(
            "realtime_channel_global_error",
            .joinsRefused,
            labels: ["code"],
            hasTenant: false
        ),
        SupabaseSeries(
            "realtime_tenants_read_authorization_check",
            .verdictSeconds,
            scale: 1_000
        ),
        SupabaseSeries(
            "realtime_tenants_broadcast_from_database_latency_committed_at",
            .windowLagSeconds,
            scale: 1_000
        ),
        SupabaseSeries(
            "realtime_replication_poller_query_duration",
            .windowReadSeconds,
            scale: 1_000
        ),
        SupabaseSeries(
            "phoenix_channel_joined_total",
            .joinsAccepted,
            hasTenant: false,
            fixed: [
                ("endpoint", "RealtimeWeb.Endpoint"), ("result", "ok"), ("transport", "websocket"),
            ]
        ),
        SupabaseSeries("phoenix_connections_total", .links, hasTenant: false),
        SupabaseSeries("phoenix_connections_active", .connections, hasTenant: false),
    ]

    /// The label that names the project; there is one.
    static let tenant = ("tenant", "realtime")

    /// The names of its labels, as they are written.
    public var labelNames: [String] {
        (labels + fixed.map(\.0) + (hasTenant ? [Self.tenant.0] : [])).sorted()
    }

    /// Ours that it is made of.
    public var metrics: [Metric] { [metric] + others }

    /// The labels that it has where ours has those.
    func labels(from ours: PrometheusLabels) -> PrometheusLabels {
        let kept = ours.dimensions.filter { labels.contains($0.0) }
        return PrometheusLabels(kept + fixed + (hasTenant ? [Self.tenant] : []))
    }
}
