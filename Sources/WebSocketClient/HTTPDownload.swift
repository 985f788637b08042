/// One document by HTTP/1.1, for those who need one now and then.
///
/// It blocks its thread, for as long as the deadline allows: a connection of its own, one request,
/// no redirections, no proxies, and a limit on what may come.
public struct HTTPDownload: Sendable {
    /// Whom an encrypted connection trusts.
    ///
    /// Default the system's certificates.
    public var trust: TLSTrust = .system

    /// Bytes that the document may have.
    ///
    /// Default 1 MiB.
    public var bodyByteCountMax = 1 << 20

    /// Asked several times a second; true ends the download.
    ///
    /// Default never.
    public var isStopped: @Sendable () -> Bool = { false }

    /// Downloads with the defaults.
    public init() {}

    /// Downloads a document.
    ///
    /// - Parameters:
    ///   - url: `http://` or `https://`, without a name and password.
    ///   - deadline: When to give up. The system's resolver may take longer.
    /// - Returns: The body of an answer with status 200.
    /// - Throws: ``DownloadFailure``.
    public func get(
        _ url: String,
        deadline: ContinuousClock.Instant
    ) throws(DownloadFailure) -> [UInt8] {
        guard url.lowercased().hasPrefix("http"), let address = try? WebSocketAddress(url) else {
            throw .addressMalformed
        }
        guard let hosts = try? HostAddress.resolve(host: address.host, port: address.port) else {
            throw .unreachable
        }
        var failure = DownloadFailure.unreachable
        for host in hosts {
            do throws(DownloadFailure) {
                let answer = try exchange(with: host, address, deadline)
                guard answer.status == 200 else { throw .status(answer.status) }
                return answer.body
            } catch .unreachable {
                failure = .unreachable
            }
        }
        throw failure
    }

    private func exchange(
        with host: HostAddress,
        _ address: WebSocketAddress,
        _ deadline: ContinuousClock.Instant
    ) throws(DownloadFailure) -> HTTPAnswer {
        let secure = try throwingTLS { () throws(TLSFailure) in
            try address.isSecure ? TLSContext(trust: trust).session(host: address.host) : nil
        }
        guard
            let stream = try? StreamDescriptor(connecting: host, receiveBufferByteCount: nil)
        else { throw .unreachable }
        try wait(for: stream, toRead: false, toWrite: true, deadline)
        guard (try? stream.finishConnecting()) != nil else { throw .unreachable }
        try throwingTLS { () throws(TLSFailure) in try secure?.establish() }
        var unencrypted = Self.request(address)
        var leaving: [UInt8] = []
        var reader = HTTPAnswerReader(bodyByteCountMax: bodyByteCountMax)
        var scratch = [UInt8](repeating: 0, count: 16_384)
        while true {
            try throwingTLS { () throws(TLSFailure) in
                guard secure?.isEstablished ?? true else { return }
                try secure?.write(unencrypted[...])
                if secure == nil { leaving += unencrypted }
                unencrypted = []
            }
            secure?.takeCiphertext(&leaving)
            if case .moved(let count) = stream.write(leaving[...]) { leaving.removeFirst(count) }
            try wait(for: stream, toRead: true, toWrite: !leaving.isEmpty, deadline)
            switch stream.read(into: &scratch) {
            case .notNow: continue
            case .ended: return try reader.ended()
            case .moved(let count):
                let part = scratch[..<count]
                let plain = try decrypted(part, secure)
                if let answer = try reader.receive(plain) { return answer }
                if secure?.hasEnded == true { return try reader.ended() }
            }
        }
    }

    private func decrypted(
        _ bytes: ArraySlice<UInt8>,
        _ secure: TLSSession?
    ) throws(DownloadFailure) -> [UInt8] {
        guard let secure else { return Array(bytes) }
        return try throwingTLS { () throws(TLSFailure) in
            try secure.receive(bytes)
            var plain: [UInt8] = []
            var scratch = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = try secure.read(into: &scratch)
                guard count > 0 else { return plain }
                plain += scratch[..<count]
            }
        }
    }

    private func wait(
        for stream: borrowing StreamDescriptor,
        toRead: Bool,
        toWrite: Bool,
        _ deadline: ContinuousClock.Instant
    ) throws(DownloadFailure) {
        while true {
            guard !isStopped() else { throw .stopped }
            guard ContinuousClock.now < deadline else { throw .timedOut }
            let soon = min(deadline, .now + .milliseconds(100))
            if stream.wait(toRead: toRead, toWrite: toWrite, deadline: soon) { return }
        }
    }

    private static func request(_ address: WebSocketAddress) -> [UInt8] {
        let lines = [
            "GET \(address.target) HTTP/1.1", "Host: \(address.hostHeader)",
            "Accept: application/json", "Connection: close", "User-Agent: waypost", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private func throwingTLS<Answer>(
        _ body: () throws(TLSFailure) -> Answer
    ) throws(DownloadFailure) -> Answer {
        do {
            return try body()
        } catch {
            throw .tls(error)
        }
    }
}
