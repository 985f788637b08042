/// A bare TCP stream, for trying out what a gateway does with half a request, or none.
public final class RawStream {
    private let stream: StreamDescriptor
    private var scratch = [UInt8](repeating: 0, count: 65_536)

    /// Connects to the first address of a host that answers.
    ///
    /// - Parameters:
    ///   - host: A name or an IP address.
    ///   - port: The port.
    ///   - deadline: When to give up.
    /// - Throws: ``WebSocketFailure/hostUnknown(code:)``,
    ///   ``WebSocketFailure/unreachable(errorNumber:)`` or ``WebSocketFailure/timedOut``.
    public init(
        host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        var failure = WebSocketFailure.timedOut
        for address in try HostAddress.resolve(host: host, port: port) {
            do throws(WebSocketFailure) {
                let stream = try StreamDescriptor(connecting: address, receiveBufferByteCount: nil)
                guard stream.wait(toRead: false, toWrite: true, deadline: deadline) else {
                    throw .timedOut
                }
                try stream.finishConnecting()
                self.stream = stream
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Sends bytes and waits until the system has taken them.
    ///
    /// - Parameters:
    ///   - bytes: Anything.
    ///   - deadline: When to give up.
    /// - Throws: ``WebSocketFailure/ended`` or ``WebSocketFailure/timedOut``.
    public func send(
        _ bytes: [UInt8],
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch stream.write(rest) {
            case .moved(let count): rest = rest.dropFirst(count)
            case .ended: throw .ended
            case .notNow:
                guard stream.wait(toRead: false, toWrite: true, deadline: deadline) else {
                    throw .timedOut
                }
            }
        }
    }

    /// Waits for bytes.
    ///
    /// - Parameter deadline: When to give up.
    /// - Returns: What had arrived, at most 64 KiB; empty when the stream has ended, nil when the
    ///   deadline passed.
    public func receive(deadline: ContinuousClock.Instant) -> [UInt8]? {
        while true {
            switch stream.read(into: &scratch) {
            case .moved(let count): return Array(scratch[..<count])
            case .ended: return []
            case .notNow:
                guard stream.wait(toRead: true, toWrite: false, deadline: deadline) else {
                    return nil
                }
            }
        }
    }
}
