import Logging
public import Observation

/// The node's log and its metrics, fed by one stream of observations.
struct Observers: Sendable {
    /// Tells both.
    let observe: Observe

    /// The metrics in Prometheus' text format.
    let metricsText: @Sendable () -> String

    init(_ configuration: GatewayConfiguration) {
        let log = LogObserver(configuration.values)
        let prometheus = PrometheusText(
            hasSupabaseNames: configuration.values.text(.metricsSupabaseNames) == "on"
        )
        let metrics = MetricsObserver(factory: prometheus)
        observe = { observation in
            log.observe(observation)
            metrics.observe(observation)
        }
        metricsText = { prometheus.text() }
    }
}

extension LogObserver {
    /// Writes lines to standard error as the settings have it: `log.level` and `log.format`.
    public init(_ values: ConfigurationValues) {
        let level = Logger.Level(rawValue: values.text(.logLevel)) ?? .info
        let format = LogFormat(rawValue: values.text(.logFormat)) ?? .json
        self.init(logger: Logger(label: "waypost") { _ in LineLog(format: format, level: level) })
    }
}
