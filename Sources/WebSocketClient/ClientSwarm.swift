internal import Wire

/// Many WebSockets on one thread, for tests and measurements with a thousand subscribers.
///
/// Connections are numbered from 0 in the order in which they were made. Nothing waits but
/// ``connect(_:to:options:deadline:)`` and ``run(until:while:)``, and only there messages are
/// taken; pings are answered on the way. For one thread.
public final class ClientSwarm {
    /// How a connection ended.
    public struct Ending: Hashable, Sendable {
        /// The number in the gateway's close; nil when there was no close, or none in it.
        public let code: UInt16?

        /// The words in the gateway's close.
        public let reason: String

        /// What went wrong; nil when the stream simply ended.
        public let failure: WebSocketFailure?
    }

    /// Called for every message, with the connection's number, its text or bytes, and the time at
    /// which the bytes that completed it were read from the system.
    ///
    /// It may send and close, and must not connect or run.
    public typealias ReceiveMessage = (Int, [UInt8], ContinuousClock.Instant) -> Void

    /// Handshakes that go on at once while connecting; by default 64.
    public var handshakeCountMax = 64

    /// Connections whose handshake is over and that have not ended.
    public private(set) var openCount = 0

    /// Messages that have arrived, on all connections.
    public private(set) var messageCount = 0

    /// How connections ended, by number.
    public private(set) var endings: [Int: Ending] = [:]

    private struct Member {
        let link: Link
        var isOpen = false
        /// Whether the descriptor is waited for until it can be written, too.
        var isWaitingToWrite = true
        /// Whether the descriptor is waited for at all.
        var isReading = true
        var close: (code: UInt16?, reason: String)?
    }

    private var members: [Member?] = []
    private var ready: ReadySet
    private var dirty: [Int] = []
    private var scratch = [UInt8](repeating: 0, count: 65_536)
    private let receiveMessage: ReceiveMessage

    /// Begins without connections.
    ///
    /// - Parameter receiveMessage: Called for every message while ``run(until:while:)`` or
    ///   ``connect(_:to:options:deadline:)`` waits.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` when the process has no descriptor
    ///   left.
    public init(receiveMessage: @escaping ReceiveMessage) throws(WebSocketFailure) {
        ready = try ReadySet(readyCountMax: 256)
        self.receiveMessage = receiveMessage
    }

    /// The number of connections that were ever begun.
    public var count: Int { members.count }

    /// Opens connections and waits until all are open.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - address: Where to.
    ///   - options: Headers, trust and limits.
    ///   - deadline: When to give up.
    /// - Returns: The numbers of the new connections.
    /// - Throws: The failure of the first that could not be opened; the others stay.
    @discardableResult
    public func connect(
        _ count: Int,
        to address: WebSocketAddress,
        options: WebSocketOptions = WebSocketOptions(),
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> Range<Int> {
        let context = try WebSocketClient.context(for: address, trust: options.trust)
        let hostAddress = try Self.reachable(address, deadline: deadline)
        let first = members.count
        let goal = first + count
        var firstUnopened = first
        while firstUnopened < goal {
            while members.count < goal, members.count - firstUnopened < handshakeCountMax {
                let link = try Link(to: hostAddress, address, options: options, context: context)
                ready.add(link.descriptor, key: members.count, toWrite: true)
                members.append(Member(link: link))
            }
            flush()
            while firstUnopened < members.count {
                if let failure = endings[firstUnopened]?.failure { throw failure }
                guard members[firstUnopened]?.isOpen != false else { break }
                firstUnopened += 1
            }
            // With none under way there is nothing to wait for: begin the next ones.
            guard firstUnopened < members.count else { continue }
            guard ContinuousClock.now < deadline else { throw .timedOut }
            turn(deadline: deadline)
        }
        return first..<goal
    }

    /// Puts a text on its way; it leaves when the swarm runs next.
    ///
    /// - Parameters:
    ///   - text: UTF-8; nothing is checked.
    ///   - connection: The connection's number; one that has ended takes nothing.
    public func sendText(_ text: [UInt8], to connection: Int) {
        guard let link = members[connection]?.link else { return }
        link.send(.text, text)
        dirty.append(connection)
    }

    /// Puts a close with code 1000 on its way; the connection ends when the gateway has answered.
    ///
    /// - Parameter connection: The connection's number.
    public func close(_ connection: Int) {
        guard let link = members[connection]?.link else { return }
        link.sendClose(Array(Frame.close(code: .normal).bytes.dropFirst(2)))
        dirty.append(connection)
    }

    /// Cuts a connection without a close.
    ///
    /// - Parameter connection: The connection's number.
    public func drop(_ connection: Int) {
        end(connection, failure: nil)
    }

    /// Stops or goes on with reading from a connection, as somebody does whose network is slow.
    ///
    /// - Parameters:
    ///   - connection: The connection's number.
    ///   - reads: Whether it reads. While it does not, nothing that is sent leaves either.
    public func setReading(_ connection: Int, _ reads: Bool) {
        guard let member = members[connection], member.isReading != reads else { return }
        members[connection]?.isReading = reads
        if reads {
            ready.add(member.link.descriptor, key: connection, toWrite: member.isWaitingToWrite)
        } else {
            ready.remove(member.link.descriptor)
        }
    }

    /// Sends and receives until the deadline, or until a condition no longer holds.
    ///
    /// - Parameters:
    ///   - deadline: When to return.
    ///   - condition: Asked after every turn, so it should be quick. Default always true.
    /// - Returns: False when the deadline passed first.
    @discardableResult
    public func run(
        until deadline: ContinuousClock.Instant,
        while condition: () -> Bool = { true }
    ) -> Bool {
        while true {
            // Serving takes messages, too: the condition is asked between that and waiting.
            flush()
            guard condition() else { return true }
            guard ContinuousClock.now < deadline else { return false }
            turn(deadline: deadline)
        }
    }

    /// Waits for one round of readiness and serves it.
    private func turn(deadline: ContinuousClock.Instant) {
        var keys: [Int] = []
        // What callbacks have sent meanwhile is not to wait for others.
        ready.wait(deadline: dirty.isEmpty ? deadline : .now) { keys.append($0) }
        for key in keys { serve(key) }
    }

    /// Serves the connections that something was sent to since the last time.
    private func flush() {
        let connections = dirty
        dirty.removeAll(keepingCapacity: true)
        for connection in connections { serve(connection) }
    }

    private func serve(_ connection: Int) {
        guard let member = members[connection], member.isReading else { return }
        let link = member.link
        do throws(WebSocketFailure) {
            try link.advance(&scratch)
            let now = ContinuousClock.now
            if link.isOpen, !member.isOpen {
                members[connection]?.isOpen = true
                openCount += 1
            }
            while members[connection] != nil, let incoming = try link.next() {
                switch incoming {
                case .text(let message), .binary(let message):
                    messageCount += 1
                    receiveMessage(connection, message, now)
                case .close(let code, let reason): members[connection]?.close = (code, reason)
                case .ping, .pong, .ended, .timeout: break
                }
            }
            if link.leavingByteCount > 0 { try link.advance(&scratch) }
        } catch {
            end(connection, failure: error)
            return
        }
        guard !link.hasEnded else { return end(connection, failure: nil) }
        guard member.isWaitingToWrite != link.wantsToWrite, members[connection]?.isReading == true
        else { return }
        members[connection]?.isWaitingToWrite = link.wantsToWrite
        ready.change(link.descriptor, key: connection, toWrite: link.wantsToWrite)
    }

    private func end(_ connection: Int, failure: WebSocketFailure?) {
        guard let member = members[connection] else { return }
        if member.isOpen { openCount -= 1 }
        endings[connection] = Ending(
            code: member.close?.code,
            reason: member.close?.reason ?? "",
            failure: failure
        )
        // The descriptor closes with the link, and leaves the set by that.
        members[connection] = nil
    }

    /// Finds the address of a host that takes connections, by making one and closing it.
    private static func reachable(
        _ address: WebSocketAddress,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> HostAddress {
        let candidates = try HostAddress.resolve(host: address.host, port: address.port)
        guard candidates.count > 1 else { return candidates[0] }
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
