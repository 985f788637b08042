/// An address a loop accepts connections on.
public struct Listener: Sendable {
    /// A certificate and its key, as PEM files.
    public struct TLSFiles: Hashable, Sendable {
        /// The file with the certificate and its chain.
        public let certificatePath: String

        /// The file with the private key.
        public let keyPath: String

        /// Names the two files.
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// A numeric address or a name that resolves to one; "0.0.0.0" and "::" mean every interface.
    public let host: String

    /// The port, 0 to 65,535; 0 lets the system choose, see ``Loop/ports``.
    public let port: Int

    /// Certificate and key, or nil for plain TCP.
    public let tls: TLSFiles?

    /// Whether it is for operators: its connections are accepted even at the connection limit.
    public let isAdministrative: Bool

    /// Whether another loop of this process holds the port already.
    public let isShared: Bool

    /// Describes an address to listen on.
    ///
    /// - Parameters:
    ///   - host: A numeric address or a name.
    ///   - port: 0 to 65,535.
    ///   - tls: Certificate and key; nil for plain TCP.
    ///   - isAdministrative: True for health checks and metrics, which must answer under load.
    ///   - isShared: True in every loop but the first, with the first one's actual port. The first
    ///     loop refuses a port that anybody else listens on; loops that share it do not ask.
    public init(
        host: String,
        port: Int,
        tls: TLSFiles? = nil,
        isAdministrative: Bool = false,
        isShared: Bool = false
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.isAdministrative = isAdministrative
        self.isShared = isShared
    }
}
