internal import Glibc

/// A TCP stream's descriptor that never blocks and closes with its owner.
struct StreamDescriptor: ~Copyable {
    /// What a read or a write came to.
    enum Outcome: Equatable {
        /// So many bytes were moved, 1 or more.
        case moved(Int)

        /// Nothing for now.
        case notNow

        /// The stream has ended; the other side closed or cut it.
        case ended
    }

    /// The number by which the system knows the stream; do not close it.
    let number: Int32

    /// Begins to connect; ``finishConnecting()`` says what came of it once it is writable.
    ///
    /// - Parameters:
    ///   - address: Whereto.
    ///   - source: Wherefrom, with port 0 for any; nil leaves both to the system.
    ///   - receiveBufferByteCount: What the system is asked to keep of arriving bytes; nil for its
    ///     own choice.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)``.
    init(
        connecting address: HostAddress,
        from source: HostAddress? = nil,
        receiveBufferByteCount: Int?
    ) throws(WebSocketFailure) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        number = socket(address.family, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .unreachable(errorNumber: errno) }
        Self.set(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if let receiveBufferByteCount {
            Self.set(number, SOL_SOCKET, SO_RCVBUF, Int32(clamping: receiveBufferByteCount))
        }
        // `deinit` runs for a value that is complete, as this one is from here on.
        if let source {
            // The port is chosen when connecting: it need be free for this destination only.
            Self.set(number, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            let answer = unsafe source.withAddress { unsafe bind(number, $0, $1) }
            guard answer == 0 else { throw .unreachable(errorNumber: errno) }
        }
        let answer = unsafe address.withAddress { unsafe connect(number, $0, $1) }
        guard answer == 0 || errno == EINPROGRESS else {
            throw .unreachable(errorNumber: errno)
        }
    }

    deinit {
        if number >= 0 { Glibc.close(number) }
    }

    /// Ends the stream both ways at once, whoever still holds its descriptor.
    func cut() {
        shutdown(number, Int32(SHUT_RDWR))
    }

    /// Asks what came of connecting.
    ///
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)``.
    func finishConnecting() throws(WebSocketFailure) {
        var errorNumber: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &errorNumber, &byteCount)
        guard errorNumber == 0 else { throw .unreachable(errorNumber: errorNumber) }
    }

    /// Reads what has arrived, as much as fits.
    borrowing func read(into buffer: inout [UInt8]) -> Outcome {
        while true {
            let count = unsafe recv(number, &buffer, buffer.count, 0)
            if count > 0 { return .moved(count) }
            guard count < 0 else { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .notNow
            default: return .ended
            }
        }
    }

    /// Writes as much as the system takes.
    borrowing func write(_ bytes: ArraySlice<UInt8>) -> Outcome {
        guard !bytes.isEmpty else { return .notNow }
        while true {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .moved(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .notNow
            default: return .ended
            }
        }
    }

    /// Waits until the stream can be read or written, as asked for.
    ///
    /// - Returns: False when the deadline passed first.
    borrowing func wait(
        toRead: Bool,
        toWrite: Bool,
        deadline: ContinuousClock.Instant
    ) -> Bool {
        let wanted = (toRead ? POLLIN : 0) | (toWrite ? POLLOUT : 0)
        var entry = pollfd(fd: number, events: Int16(wanted), revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, Self.milliseconds(until: deadline))
            if count > 0 { return true }
            if count == 0, ContinuousClock.now >= deadline { return false }
            precondition(count == 0 || errno == EINTR, "poll refused one descriptor")
        }
    }

    /// Milliseconds for `poll`, rounded up so that no wait ends early and spins.
    static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let left = deadline - .now
        guard left > .zero else { return 0 }
        guard left < .seconds(86_400) else { return 86_400_000 }
        return Int32((left / .milliseconds(1)).rounded(.up))
    }

    private static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        // A stream without the option is slower and still right.
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
