internal import Wire

/// One WebSocket over its stream, moved on by whoever knows when the stream is ready.
///
/// It never waits: ``WebSocketClient`` moves one link and waits for it, ``ClientSwarm`` moves
/// hundreds.
final class Link {
    /// Called with the kind and the payload of a text or a message of bytes.
    typealias Receive = (Frame.Opcode, Span<UInt8>) -> Void

    private enum Phase {
        case connecting(ClientHandshake)
        case handshaking(ClientHandshake)
        case open
        case ended
    }

    private let stream: StreamDescriptor
    private let secure: TLSSession?
    private var phase: Phase
    private var parser: FrameParser
    private let checksTexts: Bool
    /// Bytes for the stream; those before `leavingStart` have left.
    private var leaving: [UInt8] = []
    private var leavingStart = 0
    /// Bytes that wait for the encrypted stream to be established.
    private var unencrypted: [UInt8] = []
    private var hasSentClose = false
    /// Whether the other side takes nothing more.
    private var isWritingOver = false
    private var random = SystemRandomNumberGenerator()

    /// What the other side's close said, as far as ``handOver(_:of:opened:_:)`` saw one.
    private(set) var close: (code: UInt16?, reason: String)?

    /// Begins to connect.
    ///
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` or ``WebSocketFailure/tls(_:)``.
    init(
        to hostAddress: HostAddress,
        _ address: WebSocketAddress,
        from source: HostAddress? = nil,
        options: WebSocketOptions,
        context: TLSContext?
    ) throws(WebSocketFailure) {
        do {
            secure = try context?.session(host: address.host)
        } catch {
            throw .tls(error)
        }
        stream = try StreamDescriptor(
            connecting: hostAddress,
            from: source,
            receiveBufferByteCount: options.receiveBufferByteCount
        )
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        phase = .connecting(ClientHandshake(address, headers: options.headers, nonce: nonce))
        parser = FrameParser(messageByteCountMax: options.messageByteCountMax)
        checksTexts = options.checksTexts
    }

    /// The descriptor to wait for.
    var descriptor: Int32 { stream.number }

    /// Whether the handshake is over and nothing has ended yet.
    var isOpen: Bool {
        guard case .open = phase else { return false }
        return true
    }

    /// Whether the stream has ended; what had arrived can still be taken.
    var hasEnded: Bool {
        guard case .ended = phase else { return false }
        return true
    }

    /// Whether the stream is to be waited for until it can be written.
    var wantsToWrite: Bool {
        switch phase {
        case .connecting: true
        case .handshaking, .open: leavingStart < leaving.count && !isWritingOver
        case .ended: false
        }
    }

    /// Bytes that were sent and have not left.
    var leavingByteCount: Int { leaving.count - leavingStart + unencrypted.count }

    /// Waits until moving on makes sense, or the deadline passes.
    func wait(deadline: ContinuousClock.Instant) -> Bool {
        stream.wait(toRead: true, toWrite: wantsToWrite, deadline: deadline)
    }

    /// Writes and reads what can be, without waiting; ``next()`` takes what arrived.
    ///
    /// - Parameter scratch: Where bytes are read to; its content means nothing before and after.
    /// - Returns: Whether anything arrived.
    /// - Throws: Why the WebSocket could not be opened or goes on no more; the link has ended then.
    @discardableResult
    func advance(_ scratch: inout [UInt8]) throws(WebSocketFailure) -> Bool {
        try moveOut()
        guard let count = try moveIn(&scratch) else { return false }
        try endingOnFailure { () throws(WebSocketFailure) in
            try take(count, &scratch) { (bytes) throws(WebSocketFailure) in
                if isOpen {
                    parser.append(Array(copying: bytes))
                } else if let rest = try shakeHands(bytes) {
                    parser.append(rest)
                }
            }
        }
        try moveOut()
        return true
    }

    /// Takes the next message that ``advance(_:)`` brought, answering pings and closes on the way.
    ///
    /// - Returns: Nil when there is none for now.
    /// - Throws: ``WebSocketFailure/violation(_:)``, once; the close with its code is on its way.
    func next() throws(WebSocketFailure) -> Incoming? {
        switch phase {
        case .connecting, .handshaking: return nil
        case .open, .ended: break
        }
        do {
            let incoming = try parser.next()
            switch incoming {
            case .ping(let payload): send(.pong, payload)
            case .close(let code, _): answerClose(code)
            case nil, .text, .binary, .pong, .ended, .timeout: break
            }
            return incoming
        } catch {
            sendClose(Array(Frame.close(code: error.closeCode).bytes.dropFirst(2)))
            throw .violation(error)
        }
    }

    /// Writes what can be; what waits for the connection to be made begins the handshake by that.
    ///
    /// - Throws: Why the WebSocket could not be opened or goes on no more; the link has ended then.
    func moveOut() throws(WebSocketFailure) {
        try endingOnFailure { () throws(WebSocketFailure) in
            if case .connecting(let handshake) = phase { try begin(handshake) }
            try flush()
        }
    }

    /// Reads once, for ``handOver(_:of:opened:_:)``.
    ///
    /// - Parameter scratch: Where bytes are read to.
    /// - Returns: How many were read; nil when nothing has arrived, 0 at the end of the stream.
    /// - Throws: Why the WebSocket could not be opened; the link has ended then.
    func moveIn(_ scratch: inout [UInt8]) throws(WebSocketFailure) -> Int? {
        guard !hasEnded else { return nil }
        switch stream.read(into: &scratch) {
        case .notNow: return nil
        case .moved(let count): return count
        case .ended:
            try endingOnFailure { () throws(WebSocketFailure) in try meetEnd() }
            return 0
        }
    }

    /// Hands over the messages in what ``moveIn(_:)`` read, where they are.
    ///
    /// Pings and closes are answered on the way. Not to be mixed with ``advance(_:)``.
    ///
    /// - Parameters:
    ///   - count: Bytes that were read.
    ///   - scratch: Where they are; its content means nothing afterwards.
    ///   - opened: Called when the handshake is over.
    ///   - receive: Called with each message; it may call ``end()``, and nothing follows then.
    /// - Throws: Why the WebSocket could not be opened or goes on no more; the link has ended then,
    ///   and after a violation the close with its code is on its way.
    func handOver(
        _ count: Int,
        of scratch: inout [UInt8],
        opened: () -> Void,
        _ receive: Receive
    ) throws(WebSocketFailure) {
        try endingOnFailure { () throws(WebSocketFailure) in
            try take(count, &scratch) { (bytes) throws(WebSocketFailure) in
                if isOpen {
                    try messages(bytes, receive)
                } else if !hasEnded, let rest = try shakeHands(bytes) {
                    opened()
                    try messages(rest.span, receive)
                }
            }
        }
    }

    /// Puts a message on its way; ``advance(_:)`` makes it leave.
    func send(_ opcode: Frame.Opcode, isFinal: Bool = true, _ payload: some Collection<UInt8>) {
        guard isOpen, !hasSentClose else { return }
        var frame: [UInt8] = []
        MaskedFrame.append(
            opcode,
            isFinal: isFinal,
            payload: payload,
            mask: random.next(),
            to: &frame
        )
        sendRaw(frame)
    }

    /// Puts a close on its way, once; nothing is sent after it.
    func sendClose(_ payload: [UInt8]) {
        guard !hasSentClose else { return }
        send(.close, payload)
        hasSentClose = true
    }

    /// Puts bytes on their way as they are.
    func sendRaw(_ bytes: [UInt8]) {
        guard !hasEnded else { return }
        if leavingStart > 0, leavingStart == leaving.count || leavingStart > 1 << 20 {
            leaving.removeSubrange(..<leavingStart)
            leavingStart = 0
        }
        if secure == nil {
            leaving.append(contentsOf: bytes)
        } else {
            unencrypted.append(contentsOf: bytes)
        }
    }

    /// Cuts the stream without a close.
    func end() {
        phase = .ended
        stream.cut()
    }

    /// Says why there is no WebSocket although the deadline has passed or the stream has ended.
    func failureOfHandshake(hasTimedOut: Bool) -> WebSocketFailure {
        guard case .handshaking(let handshake) = phase else { return .timedOut }
        let failure = handshake.ended()
        return hasTimedOut && failure == .endedEarly ? .timedOut : .handshake(failure)
    }

    private func messages(
        _ bytes: Span<UInt8>,
        _ receive: Receive
    ) throws(WebSocketFailure) {
        var position = 0
        do throws(ProtocolViolation) {
            while !hasEnded, let (opcode, place) = try parser.next(in: bytes, from: &position) {
                switch place {
                case .arrived(let range): try message(opcode, bytes.extracting(range), receive)
                case .kept(let kept): try message(opcode, kept.span, receive)
                }
            }
        } catch {
            sendClose(Array(Frame.close(code: error.closeCode).bytes.dropFirst(2)))
            throw .violation(error)
        }
    }

    private func message(
        _ opcode: Frame.Opcode,
        _ payload: Span<UInt8>,
        _ receive: Receive
    ) throws(ProtocolViolation) {
        switch opcode {
        case .text:
            guard !checksTexts || FrameParser.isText(payload) else { throw .textInvalid }
            receive(.text, payload)
        case .binary: receive(.binary, payload)
        case .ping: send(.pong, Array(copying: payload))
        case .close:
            let close = try FrameParser.close(payload)
            self.close = close
            answerClose(close.code)
        case .pong, .continuation: break
        }
    }

    private func answerClose(_ code: UInt16?) {
        sendClose(code.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? [])
    }

    private func begin(_ handshake: ClientHandshake) throws(WebSocketFailure) {
        try stream.finishConnecting()
        phase = .handshaking(handshake)
        sendRaw(handshake.request)
        try throwingTLS { () throws(TLSFailure) in try secure?.establish() }
    }

    private func flush() throws(WebSocketFailure) {
        if let secure {
            if secure.isEstablished, !unencrypted.isEmpty {
                try throwingTLS { () throws(TLSFailure) in try secure.write(unencrypted[...]) }
                unencrypted = []
            }
            secure.takeCiphertext(&leaving)
        }
        while leavingStart < leaving.count, !isWritingOver {
            switch stream.write(leaving[leavingStart...]) {
            case .moved(let count): leavingStart += count
            case .notNow: return
            case .ended:
                // What has arrived before is still to be read: reading will find the end.
                isWritingOver = true
                return
            }
        }
        guard leavingStart > 0, leavingStart == leaving.count else { return }
        // Thousands of connections are idle most of the time, and keep nothing then.
        leaving = []
        leavingStart = 0
    }

    /// Gives bytes that were read to `body`, decrypted.
    private func take(
        _ count: Int,
        _ scratch: inout [UInt8],
        _ body: (Span<UInt8>) throws(WebSocketFailure) -> Void
    ) throws(WebSocketFailure) {
        guard count > 0 else { return }
        guard let secure else { return try body(scratch.span.extracting(0..<count)) }
        try throwingTLS { () throws(TLSFailure) in try secure.receive(scratch[..<count]) }
        while true {
            let plain = try throwingTLS { () throws(TLSFailure) in
                try secure.read(into: &scratch)
            }
            guard plain > 0 else { break }
            try body(scratch.span.extracting(0..<plain))
        }
        if secure.hasEnded { try meetEnd() }
    }

    /// Takes bytes of the handshake; answers those behind it once it is over.
    private func shakeHands(_ bytes: Span<UInt8>) throws(WebSocketFailure) -> [UInt8]? {
        guard case .handshaking(var handshake) = phase else {
            preconditionFailure("bytes before or after the stream")
        }
        do {
            guard let rest = try handshake.receive(Array(copying: bytes)) else {
                phase = .handshaking(handshake)
                return nil
            }
            phase = .open
            return rest
        } catch {
            throw .handshake(error)
        }
    }

    private func meetEnd() throws(WebSocketFailure) {
        if case .handshaking = phase { throw failureOfHandshake(hasTimedOut: false) }
        phase = .ended
    }

    private func endingOnFailure(
        _ body: () throws(WebSocketFailure) -> Void
    ) throws(WebSocketFailure) {
        do {
            try body()
        } catch {
            if case .violation = error {} else { phase = .ended }
            throw error
        }
    }

    private func throwingTLS<Answer>(
        _ body: () throws(TLSFailure) -> Answer
    ) throws(WebSocketFailure) -> Answer {
        do {
            return try body()
        } catch {
            throw .tls(error)
        }
    }
}
