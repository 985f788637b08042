/// Where a running node can be reached.
public struct NodeAddresses: Sendable, Equatable {
    /// The host that WebSockets are served on, as configured.
    public let host: String

    /// The port there.
    public let port: Int

    /// The host of the metrics.
    public let adminHost: String

    /// The port of the metrics.
    public let adminPort: Int

    /// Whether the port speaks TLS.
    public let isTLS: Bool

    /// The URL that people and clients use on this machine.
    public var url: String {
        let isEverywhere = host == "0.0.0.0" || host == "::"
        let name = isEverywhere ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        return "\(isTLS ? "https" : "http")://\(name):\(port)"
    }
}
