/// How to open a WebSocket.
public struct WebSocketOptions: Sendable {
    /// Further headers of the handshake, each a single line; by default none.
    public var headers: [(name: String, value: String)] = []

    /// Whom a secure connection trusts; by default the operating system's certificates.
    public var trust: TLSTrust = .system

    /// Bytes that one arriving message may have; by default 16 MiB.
    public var messageByteCountMax: Int = 16 << 20

    /// Whether arriving texts are checked to be UTF-8, as RFC 6455 wants it; by default true.
    ///
    /// ``ClientSwarm`` alone goes without the check when told so, for measurements at the limit.
    public var checksTexts = true

    /// Bytes that the system keeps of what has arrived and was not read.
    ///
    /// Small values make a slow reader soon felt by the gateway. Default nil: the system's choice.
    public var receiveBufferByteCount: Int?

    /// All defaults.
    public init() {}
}
