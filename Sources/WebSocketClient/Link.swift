internal import Wire

/// One WebSocket over its stream, moved on by whoever knows when the stream is ready.
///
/// It never waits: ``WebSocketClient`` moves one link and waits for it, ``ClientSwarm`` moves
/// hundreds.
final class Link {
    private enum Phase {
        case connecting
        case handshaking(ClientHandshake)
        case open
        case ended
    }

    private let stream: StreamDescriptor
    private let secure: TLSSession?
    private var phase: Phase = .connecting
    private let handshake: ClientHandshake
    private var parser: FrameParser
    /// Bytes for the stream; those before `leavingStart` have left.
    private var leaving: [UInt8] = []
    private var leavingStart = 0
    /// Bytes that wait for the encrypted stream to be established.
    private var unencrypted: [UInt8] = []
    private var hasSentClose = false
    /// Whether the other side takes nothing more.
    private var isWritingOver = false
    private var random = SystemRandomNumberGenerator()

    /// Begins to connect.
    ///
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` or ``WebSocketFailure/tls(_:)``.
    init(
        to hostAddress: HostAddress,
        _ address: WebSocketAddress,
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
            receiveBufferByteCount: options.receiveBufferByteCount
        )
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        handshake = ClientHandshake(address, headers: options.headers, nonce: nonce)
        parser = FrameParser(messageByteCountMax: options.messageByteCountMax)
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

    /// Writes and reads what can be, without waiting.
    ///
    /// - Parameter scratch: Where bytes are read to; its content means nothing before and after.
    /// - Returns: Whether anything arrived.
    /// - Throws: Why the WebSocket could not be opened or goes on no more; the link has ended then.
    @discardableResult
    func advance(_ scratch: inout [UInt8]) throws(WebSocketFailure) -> Bool {
        do {
            if case .connecting = phase { try begin() }
            try flush()
            let hasArrived = try readOnce(&scratch)
            try flush()
            return hasArrived
        } catch {
            phase = .ended
            throw error
        }
    }

    /// Takes the next message that has arrived, answering pings and closes on the way.
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
            case .close(let code, _):
                sendClose(code.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? [])
            case nil, .text, .binary, .pong, .ended, .timeout: break
            }
            return incoming
        } catch {
            sendClose(Array(Frame.close(code: error.closeCode).bytes.dropFirst(2)))
            throw .violation(error)
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

    private func begin() throws(WebSocketFailure) {
        try stream.finishConnecting()
        phase = .handshaking(handshake)
        sendRaw(handshake.request)
        try throwingTLS { () throws(TLSFailure) in try secure?.establish() }
    }

    private func flush() throws(WebSocketFailure) {
        if let secure {
            if secure.isEstablished, !unencrypted.isEmpty {
                try throwingTLS { () throws(TLSFailure) in try secure.write(unencrypted[...]) }
                unencrypted.removeAll(keepingCapacity: true)
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
        guard leavingStart == leaving.count else { return }
        leaving.removeAll(keepingCapacity: leaving.capacity <= 1 << 20)
        leavingStart = 0
    }

    private func readOnce(_ scratch: inout [UInt8]) throws(WebSocketFailure) -> Bool {
        guard !hasEnded else { return false }
        switch stream.read(into: &scratch) {
        case .notNow: return false
        case .ended:
            try meetEnd()
            return true
        case .moved(let count):
            guard let secure else {
                try take(scratch[..<count])
                return true
            }
            try throwingTLS { () throws(TLSFailure) in try secure.receive(scratch[..<count]) }
            while true {
                let plain = try throwingTLS { () throws(TLSFailure) in
                    try secure.read(into: &scratch)
                }
                guard plain > 0 else { break }
                try take(scratch[..<plain])
            }
            if secure.hasEnded { try meetEnd() }
            return true
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) throws(WebSocketFailure) {
        switch phase {
        case .handshaking(var handshake):
            do {
                guard let rest = try handshake.receive(bytes) else {
                    phase = .handshaking(handshake)
                    return
                }
                phase = .open
                parser.append(rest)
            } catch {
                throw .handshake(error)
            }
        case .open: parser.append(bytes)
        case .connecting, .ended: preconditionFailure("bytes before or after the stream")
        }
    }

    private func meetEnd() throws(WebSocketFailure) {
        if case .handshaking = phase { throw failureOfHandshake(hasTimedOut: false) }
        phase = .ended
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
