public import Wire

/// A WebSocket for one thread, which waits in its calls until something comes or a deadline passes.
///
/// Made for `tail`, tests and tools, where straight lines are worth more than thousands of
/// connections; ``ClientSwarm`` is for those. Pings are answered while ``receive(deadline:)``
/// waits, and only then: a caller that stays away looks to the gateway like a dead one.
public final class WebSocketClient {
    /// Where the connection leads.
    public let address: WebSocketAddress

    /// How long sending may wait for the gateway to read; by default 10 s.
    public var sendTimeout: Duration = .seconds(10)

    private let link: Link
    private var scratch = [UInt8](repeating: 0, count: 65_536)

    /// Connects and shakes hands, trying each address of the host in turn.
    ///
    /// - Parameters:
    ///   - url: `ws://`, `wss://`, `http://` or `https://`.
    ///   - options: Headers, trust and limits. Default none of note.
    ///   - deadline: When to give up. The system's resolver does not know it.
    /// - Throws: ``WebSocketFailure``. A gateway's refusal is
    ///   ``WebSocketFailure/handshake(_:)`` with ``HandshakeFailure/refused(_:)``.
    public convenience init(
        url: String,
        options: WebSocketOptions = WebSocketOptions(),
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        let address: WebSocketAddress
        do {
            address = try WebSocketAddress(url)
        } catch {
            throw .addressMalformed(error)
        }
        try self.init(address, options: options, deadline: deadline)
    }

    /// Connects and shakes hands, trying each address of the host in turn.
    ///
    /// - Parameters:
    ///   - address: Where to.
    ///   - options: Headers, trust and limits. Default none of note.
    ///   - deadline: When to give up. The system's resolver does not know it.
    /// - Throws: ``WebSocketFailure``.
    public init(
        _ address: WebSocketAddress,
        options: WebSocketOptions = WebSocketOptions(),
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        self.address = address
        let context = try Self.context(for: address, trust: options.trust)
        var failure = WebSocketFailure.timedOut
        for hostAddress in try HostAddress.resolve(host: address.host, port: address.port) {
            do {
                let link = try Link(to: hostAddress, address, options: options, context: context)
                try Self.open(link, &scratch, deadline: deadline)
                self.link = link
                return
            } catch {
                // Only an address that cannot be reached leaves hope for the next one.
                guard case .unreachable = error else { throw error }
                failure = error
            }
        }
        throw failure
    }

    /// Whether messages can be sent.
    public var isOpen: Bool { link.isOpen }

    /// Sends a text and waits until the system has taken it.
    ///
    /// - Parameter text: The message.
    /// - Throws: ``WebSocketFailure/ended``, ``WebSocketFailure/timedOut``, or what went wrong on
    ///   the stream.
    public func sendText(_ text: String) throws(WebSocketFailure) {
        try send(.text, Array(text.utf8))
    }

    /// Sends a text that is bytes already, and waits until the system has taken it.
    ///
    /// - Parameter text: UTF-8; nothing is checked.
    /// - Throws: As ``sendText(_:)``.
    public func sendText(_ text: [UInt8]) throws(WebSocketFailure) {
        try send(.text, text)
    }

    /// Sends bytes as one message and waits until the system has taken them.
    ///
    /// - Parameter bytes: The message.
    /// - Throws: As ``sendText(_:)``.
    public func sendBinary(_ bytes: [UInt8]) throws(WebSocketFailure) {
        try send(.binary, bytes)
    }

    /// Sends a ping; the pong comes through ``receive(deadline:)``.
    ///
    /// - Parameter payload: At most 125 bytes, which come back. Default none.
    /// - Throws: As ``sendText(_:)``.
    public func ping(_ payload: [UInt8] = []) throws(WebSocketFailure) {
        precondition(payload.count <= Frame.controlByteCountMax, "a ping carries 125 bytes at most")
        try send(.ping, payload)
    }

    /// Sends one frame of any kind, right or wrong where it stands.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries.
    ///   - isFinal: Whether the message ends with it.
    ///   - payload: What it carries.
    /// - Throws: As ``sendText(_:)``.
    public func send(
        _ opcode: Frame.Opcode,
        isFinal: Bool = true,
        _ payload: [UInt8]
    ) throws(WebSocketFailure) {
        guard link.isOpen else { throw .ended }
        link.send(opcode, isFinal: isFinal, payload)
        try flush()
    }

    /// Sends bytes as they are, outside of any frame; for trying out what a gateway puts up with.
    ///
    /// - Parameter bytes: Anything.
    /// - Throws: As ``sendText(_:)``.
    public func sendRaw(_ bytes: [UInt8]) throws(WebSocketFailure) {
        guard link.isOpen else { throw .ended }
        link.sendRaw(bytes)
        try flush()
    }

    /// Waits for the next message, ping, pong or close.
    ///
    /// - Parameter deadline: When to answer ``Incoming/timeout``; in the past, nothing is waited
    ///   for.
    /// - Returns: What came. After the end of the stream ``Incoming/ended``, again and again.
    /// - Throws: ``WebSocketFailure/violation(_:)``, or what went wrong on the stream.
    public func receive(
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> Incoming {
        while true {
            if let incoming = try nextOrClose() {
                // Pongs and closes leave at once. A stream that fails at it has still brought this
                // message, and is found ended by the next call.
                if link.wantsToWrite { _ = try? link.advance(&scratch) }
                return incoming
            }
            guard !link.hasEnded else { return .ended }
            guard link.wait(deadline: deadline) else { return .timeout }
            try link.advance(&scratch)
        }
    }

    /// Closes the connection properly: sends a close and waits for the answer.
    ///
    /// Messages that still arrive are thrown away.
    ///
    /// - Parameters:
    ///   - code: Why. Default 1000.
    ///   - reason: Why, in words of at most 123 bytes. Default none.
    ///   - deadline: When to cut the stream without having had an answer.
    /// - Returns: The gateway's close, ``Incoming/ended`` when it just ended, or
    ///   ``Incoming/timeout``.
    /// - Throws: What went wrong on the stream.
    @discardableResult
    public func close(
        code: CloseCode = .normal,
        reason: String = "",
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> Incoming {
        link.sendClose(Array(Frame.close(code: code, reason: reason).bytes.dropFirst(2)))
        defer { link.end() }
        while true {
            let incoming = try receive(deadline: deadline)
            switch incoming {
            case .close, .ended, .timeout: return incoming
            case .text, .binary, .ping, .pong: continue
            }
        }
    }

    /// Cuts the stream without a close, as a phone does that loses its network.
    public func drop() {
        link.end()
    }

    static func context(
        for address: WebSocketAddress,
        trust: TLSTrust
    ) throws(WebSocketFailure) -> TLSContext? {
        guard address.isSecure else { return nil }
        do {
            return try TLSContext(trust: trust)
        } catch {
            throw .tls(error)
        }
    }

    private static func open(
        _ link: Link,
        _ scratch: inout [UInt8],
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        while !link.isOpen {
            guard link.wait(deadline: deadline) else {
                throw link.failureOfHandshake(hasTimedOut: true)
            }
            try link.advance(&scratch)
        }
    }

    private func nextOrClose() throws(WebSocketFailure) -> Incoming? {
        do {
            return try link.next()
        } catch {
            try? flush()
            link.end()
            throw error
        }
    }

    /// Waits until everything has left.
    ///
    /// Reads meanwhile: a gateway that waits for this side to read would not read itself.
    private func flush() throws(WebSocketFailure) {
        let deadline = ContinuousClock.now + sendTimeout
        try link.advance(&scratch)
        while link.leavingByteCount > 0, !link.hasEnded {
            guard link.wait(deadline: deadline) else { throw .timedOut }
            try link.advance(&scratch)
        }
        guard link.leavingByteCount == 0 else { throw .ended }
    }
}
