import Logging

/// What is seen of the process as a whole.
public enum GatewayObservation: Sendable {
    /// The gateway begins to start.
    case starting(version: String)

    /// A listener accepts connections; `port` is the real one, also when 0 was asked for.
    case listening(host: String, port: Int, isTLS: Bool)

    /// Everything runs and the reader has caught up.
    case ready(after: Duration)

    /// The gateway accepts no more connections and says goodbye to those it has.
    case draining(connectionCount: Int)

    /// The gateway has ended in good order.
    case stopped(after: Duration)

    /// A second signal arrived while draining: the gateway ends at once.
    case secondSignal

    /// A plain HTTP request was answered.
    case httpAnswered(status: Int)

    /// A request to broadcast was refused.
    case requestRefused(code: String)
}

extension GatewayObservation {
    var line: LogLine {
        switch self {
        case .starting(let version): LogLine(.gatewayStarting, ["version": "\(version)"])
        case .listening(let host, let port, let isTLS):
            LogLine(.listening, ["host": "\(host)", "port": "\(port)", "tls": "\(isTLS)"])
        case .ready(let after): LogLine(.gatewayReady, ["seconds": .seconds(after)])
        case .draining(let count): LogLine(.gatewayDraining, ["connections": "\(count)"])
        case .stopped(let after): LogLine(.gatewayStopped, ["seconds": .seconds(after)])
        case .secondSignal: LogLine(.gatewaySecondSignal)
        case .requestRefused(let code): LogLine(.requestRefused, ["reason": "\(code)"])
        case .httpAnswered(let status): LogLine(.httpAnswered, ["status": "\(status)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .starting(let version):
            [.set(.info, [version], to: 1), .set(.ready, to: 0)]
        case .ready, .draining, .stopped, .secondSignal: []
        case .httpAnswered(let status): [.add(.httpResponses, ["\(status)"])]
        case .requestRefused(let code): [.add(.requestsRefused, [code])]
        case .listening: []
        }
    }
}
