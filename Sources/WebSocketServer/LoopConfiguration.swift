/// The limits and addresses of a loop; each limit counts for one loop.
public struct LoopConfiguration: Sendable {
    /// Where connections are accepted.
    public var listeners: [Listener]

    /// Names of request headers the delegate wants to see; any case.
    ///
    /// Default none.
    public var headerNames: [String] = []

    /// The WebSocket subprotocol that may be asked for.
    ///
    /// Default "phoenix"; asking for none is as good, asking only for others is refused with 400.
    public var subprotocol = "phoenix"

    /// TCP connections at a time, in any state.
    ///
    /// Default 10,000. At the limit nothing is accepted until one ends; new connections wait in
    /// the system's queue.
    public var connectionCountMax = 10_000

    /// Bytes of one message from a connection.
    ///
    /// Default 5,000,000. Over it: close 1009.
    public var messageByteCountMax = 5_000_000

    /// Bytes of all messages that are arriving in pieces, and of requests until they are answered.
    ///
    /// Default 256 MiB. Over it the connection whose piece came last is closed with 1013, and a
    /// request is answered with 429.
    public var assemblyByteCountMax = 256 << 20

    /// Bytes that may wait for a connection behind the message it is reading.
    ///
    /// Default 1 MiB. Over it the queue is dropped and the connection closed with 1013.
    public var queueByteCountMax = 1 << 20

    /// Bytes of a request's line and headers, at most 65,535.
    ///
    /// Default 32 KiB. Over it TCP is closed.
    public var headerByteCountMax = 32 << 10

    /// Time for TLS and a whole request, and between requests.
    ///
    /// Default 5 s. Over it TCP is closed.
    public var handshakeTimeout: Duration = .seconds(5)

    /// Time for a request's body, from its header to its last byte.
    ///
    /// Default 30 s. Over it TCP is closed.
    public var bodyTimeout: Duration = .seconds(30)

    /// Time for the delegate's answer to a request with a body.
    ///
    /// Default 70 s. Over it TCP is closed.
    public var answerTimeout: Duration = .seconds(70)

    /// Requests whose body arrives or whose answer is awaited.
    ///
    /// Default 1,000. Over it a request is answered with 429.
    public var waitingRequestCountMax = 1_000

    /// TCP connections from one address that have not finished a request.
    ///
    /// Default 64. Over it a new one is closed at once.
    public var halfOpenCountMaxPerAddress = 64

    /// Addresses the limit per address does not count for, such as a proxy's.
    ///
    /// Default none.
    public var trustedAddresses: Set<String> = []

    /// Silence after which a connection is sent a ping.
    ///
    /// Default 25 s.
    public var pingInterval: Duration = .seconds(25)

    /// Silence after which a connection is closed with 1000; any frame breaks it.
    ///
    /// Default 60 s.
    public var idleTimeout: Duration = .seconds(60)

    /// Time from the loop's close frame to the end of TCP.
    ///
    /// Default 2 s.
    public var closeTimeout: Duration = .seconds(2)

    /// Connections written to in one pass; reading and accepting go on between passes.
    ///
    /// Default 1,000.
    public var flushCountMax = 1_000

    /// The grain of every time above.
    ///
    /// Default 1 s.
    public var tickInterval: Duration = .seconds(1)

    /// Takes the addresses; every limit has its default.
    public init(listeners: [Listener]) { self.listeners = listeners }

    /// The same configuration for a further loop of the process, on the ports the first one got.
    ///
    /// - Parameter ports: The first loop's ``Loop/ports``.
    /// - Returns: A copy whose listeners share those ports.
    public func sharing(ports: [Int]) -> LoopConfiguration {
        precondition(ports.count == listeners.count, "the ports are another configuration's")
        var copy = self
        copy.listeners = zip(listeners, ports).map { listener, port in
            Listener(
                host: listener.host,
                port: port,
                tls: listener.tls,
                isAdministrative: listener.isAdministrative,
                isShared: true
            )
        }
        return copy
    }
}
