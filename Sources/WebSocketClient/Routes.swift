internal import Glibc

/// What many connections to the same hosts need to find out only once.
struct Routes {
    private struct Host: Hashable {
        let name: String
        let port: UInt16
        let family: Int32?
    }

    private var hosts: [Host: HostAddress] = [:]
    private var sources: [String: HostAddress] = [:]
    private var contexts: [TLSTrust: TLSContext] = [:]

    /// Finds the IP address of a host that takes connections.
    ///
    /// With several to choose from it makes a connection and closes it, which waits; once.
    ///
    /// - Parameters:
    ///   - address: The host and its port.
    ///   - source: Where connections come from; it decides which addresses can be reached.
    ///   - deadline: When to give up.
    /// - Returns: The address.
    /// - Throws: ``WebSocketFailure/hostUnknown(code:)``, ``WebSocketFailure/timedOut`` or
    ///   ``WebSocketFailure/unreachable(errorNumber:)``.
    mutating func host(
        _ address: WebSocketAddress,
        from source: HostAddress?,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> HostAddress {
        let host = Host(name: address.host, port: address.port, family: source?.family)
        if let known = hosts[host] { return known }
        let all = try HostAddress.resolve(host: address.host, port: address.port)
        let candidates = all.filter { source == nil || $0.family == source?.family }
        guard let first = candidates.first else { throw .unreachable(errorNumber: EAFNOSUPPORT) }
        let found = candidates.count == 1 ? first : try Self.reachable(candidates, deadline)
        hosts[host] = found
        return found
    }

    /// Reads an IP address of this machine; nil for nil.
    ///
    /// - Throws: ``WebSocketFailure/hostUnknown(code:)``.
    mutating func source(_ text: String?) throws(WebSocketFailure) -> HostAddress? {
        guard let text else { return nil }
        if let known = sources[text] { return known }
        let source = try HostAddress.source(text)
        sources[text] = source
        return source
    }

    /// What encrypted streams share; nil for addresses that are not secure.
    ///
    /// - Throws: ``WebSocketFailure/tls(_:)``.
    mutating func context(
        _ address: WebSocketAddress,
        _ trust: TLSTrust
    ) throws(WebSocketFailure) -> TLSContext? {
        if address.isSecure, let known = contexts[trust] { return known }
        let context = try WebSocketClient.context(for: address, trust: trust)
        if let context { contexts[trust] = context }
        return context
    }

    private static func reachable(
        _ candidates: [HostAddress],
        _ deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> HostAddress {
        var failure = WebSocketFailure.timedOut
        for candidate in candidates {
            do throws(WebSocketFailure) {
                let stream = try StreamDescriptor(
                    connecting: candidate,
                    receiveBufferByteCount: nil
                )
                guard stream.wait(toRead: false, toWrite: true, deadline: deadline) else {
                    throw .timedOut
                }
                try stream.finishConnecting()
                return candidate
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
