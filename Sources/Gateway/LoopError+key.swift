import WebSocketServer

extension LoopError {
    /// The setting that has to change; nil where the world around the process is at fault.
    func key(in configuration: GatewayConfiguration) -> ConfigurationKey? {
        switch self {
        case .unknownHost(let host):
            host == configuration.listen.host ? .listenHost : .adminHost
        case .fileUnreadable(let path):
            path == configuration.tls?.key ? .listenTLSKey : .listenTLSCertificate
        case .certificateInvalid: .listenTLSCertificate
        case .keyInvalid, .keyMismatch: .listenTLSKey
        case .portTaken, .cannotListen, .engineFailed: nil
        }
    }
}
