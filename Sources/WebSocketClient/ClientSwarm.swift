internal import Wire

/// Many WebSockets on one thread, for tests, measurements and load.
///
/// Connections are numbered from 0 in the order in which they were made, and a number comes again
/// only after ``forget(_:)``. Nothing waits but ``connect(_:to:options:deadline:)`` and
/// ``run(until:while:)``, and only there messages are taken; pings are answered on the way. For
/// one thread.
public final class ClientSwarm {
    /// How a connection ended.
    public struct Ending: Hashable, Sendable {
        /// The number in the gateway's close; nil when there was no close, or none in it.
        public let code: UInt16?

        /// The words in the gateway's close.
        public let reason: String

        /// What went wrong; nil when the stream simply ended.
        public let failure: WebSocketFailure?

        /// Whether the handshake had been over.
        public let wasOpen: Bool
    }

    /// Called for every message, which is lent for the time of the call.
    ///
    /// With the connection's number, the text or bytes, whether they are bytes, and when what
    /// completed it was read from the system, by ``MonotonicTime``. It may send, close, drop, begin
    /// and forget, and must not connect or run.
    public typealias Receive = (Int, Span<UInt8>, Bool, UInt64) -> Void

    /// Called for every message with a copy of it, and the time as ``ContinuousClock`` has it.
    ///
    /// It may do what ``Receive`` may.
    public typealias ReceiveMessage = (Int, [UInt8], ContinuousClock.Instant) -> Void

    /// Called when a connection's handshake is over, before its first message.
    ///
    /// With its number and the time by ``MonotonicTime``. It may do what ``Receive`` may. By
    /// default nothing.
    public var opened: (Int, UInt64) -> Void = { _, _ in }

    /// Called when a connection has ended or could not be opened.
    ///
    /// With its number and the time by ``MonotonicTime``, but not for what ``drop(_:)`` cuts. It
    /// may do what ``Receive`` may. By default nothing.
    public var ended: (Int, Ending, UInt64) -> Void = { _, _, _ in }

    /// Handshakes that go on at once while connecting; by default 64.
    public var handshakeCountMax = 64

    /// Connections whose handshake is over and that have not ended.
    public private(set) var openCount = 0

    /// Messages that have arrived, on all connections.
    public private(set) var messageCount = 0

    /// How connections ended that nobody has forgotten, by number.
    public private(set) var endings: [Int: Ending] = [:]

    private struct Member {
        let link: Link
        var isOpen = false
        /// Whether the descriptor is waited for until it can be written, too.
        var isWaitingToWrite = true
        /// Whether the descriptor is waited for at all.
        var isReading = true
        /// Whether something was sent since it was served last.
        var isDirty = false
    }

    private var members: [Member?] = []
    private var ready: ReadySet
    private var routes = Routes()
    private var dirty: [Int] = []
    private var serving: [Int] = []
    /// Numbers that the next turn makes free, when nothing remembers whose they were.
    private var forgotten: [Int] = []
    private var free: [Int] = []
    private var scratch = [UInt8](repeating: 0, count: 65_536)
    private let receive: Receive

    /// Begins without connections.
    ///
    /// - Parameter receive: Called for every message while ``run(until:while:)`` or
    ///   ``connect(_:to:options:deadline:)`` waits.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` when the process has no descriptor
    ///   left.
    public init(receive: @escaping Receive) throws(WebSocketFailure) {
        ready = try ReadySet(readyCountMax: 128)
        self.receive = receive
    }

    /// Begins without connections, for those who want to keep messages.
    ///
    /// - Parameter receiveMessage: Called for every message while ``run(until:while:)`` or
    ///   ``connect(_:to:options:deadline:)`` waits.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` when the process has no descriptor
    ///   left.
    public convenience init(
        receiveMessage: @escaping ReceiveMessage
    ) throws(WebSocketFailure) {
        try self.init { connection, message, _, arrivedAt in
            let age = Duration.nanoseconds(Int64(MonotonicTime.nanoseconds - arrivedAt))
            receiveMessage(connection, Array(copying: message), .now - age)
        }
    }

    /// The number of connections that were ever begun, those under a used number not counted.
    public var count: Int { members.count }

    /// Begins to open a connection, and does not wait for what comes of it.
    ///
    /// ``opened`` or ``ended`` tells. Only the first time for a host with several IP addresses,
    /// such as `localhost`, it finds out which one takes connections, which may wait.
    ///
    /// - Parameters:
    ///   - address: Where to.
    ///   - source: The IP address of this machine to connect from, such as `127.0.0.2`: each has
    ///     ports of its own for some 28,000 connections to one gateway. Default nil: the system's
    ///     choice.
    ///   - options: Headers, trust and limits.
    /// - Returns: The connection's number.
    /// - Throws: ``WebSocketFailure/unreachable(errorNumber:)`` when the process has no descriptor
    ///   or the source no port left, ``WebSocketFailure/hostUnknown(code:)`` or
    ///   ``WebSocketFailure/tls(_:)``. There is no connection then.
    @discardableResult
    public func begin(
        to address: WebSocketAddress,
        from source: String? = nil,
        options: WebSocketOptions = WebSocketOptions()
    ) throws(WebSocketFailure) -> Int {
        let link = try link(
            to: address,
            from: source,
            options: options,
            deadline: .now + .seconds(5)
        )
        let connection = free.popLast() ?? members.count
        if connection == members.count { members.append(nil) }
        members[connection] = Member(link: link)
        ready.add(link.descriptor, key: connection, toWrite: true)
        return connection
    }

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
        let first = members.count
        let goal = first + count
        var firstUnopened = first
        while firstUnopened < goal {
            while members.count < goal, members.count - firstUnopened < handshakeCountMax {
                let link = try link(to: address, from: nil, options: options, deadline: deadline)
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
            turn(deadline: MonotonicTime.nanoseconds(at: deadline))
        }
        return first..<goal
    }

    /// Puts a text on its way; it leaves when the swarm runs next.
    ///
    /// - Parameters:
    ///   - text: UTF-8; nothing is checked.
    ///   - connection: The connection's number; one that is not open takes nothing.
    public func sendText(_ text: [UInt8], to connection: Int) {
        send(.text, text, to: connection)
    }

    /// Puts bytes on their way; they leave when the swarm runs next.
    ///
    /// - Parameters:
    ///   - bytes: The message.
    ///   - connection: The connection's number; one that is not open takes nothing.
    public func sendBinary(_ bytes: [UInt8], to connection: Int) {
        send(.binary, bytes, to: connection)
    }

    /// Bytes that were sent and that the system has not taken.
    ///
    /// - Parameter connection: The connection's number.
    /// - Returns: 0 for one that has ended.
    public func leavingByteCount(of connection: Int) -> Int {
        members[connection]?.link.leavingByteCount ?? 0
    }

    /// Puts a close with code 1000 on its way; the connection ends when the gateway has answered.
    ///
    /// - Parameter connection: The connection's number; opening it is given up if it is not open.
    public func close(_ connection: Int) {
        guard let link = members[connection]?.link else { return }
        guard link.isOpen else { return drop(connection) }
        link.sendClose(Array(Frame.close(code: .normal).bytes.dropFirst(2)))
        markDirty(connection)
    }

    /// Cuts a connection without a close, or gives up opening it.
    ///
    /// - Parameter connection: The connection's number.
    public func drop(_ connection: Int) {
        end(connection, failure: nil)
    }

    /// Lets the number of a connection that has ended be used for a new one.
    ///
    /// - Parameter connection: The connection's number.
    public func forget(_ connection: Int) {
        precondition(members[connection] == nil, "a connection that has not ended")
        guard endings.removeValue(forKey: connection) != nil else { return }
        forgotten.append(connection)
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
            markDirty(connection)
        } else {
            ready.remove(member.link.descriptor)
        }
    }

    /// Sends and receives until the deadline, or until a condition no longer holds.
    ///
    /// - Parameters:
    ///   - deadline: When to return.
    ///   - condition: Asked after every turn, so it should be quick. Default always true.
    /// - Returns: Whether the condition ended it.
    @discardableResult
    public func run(
        until deadline: ContinuousClock.Instant,
        while condition: () -> Bool = { true }
    ) -> Bool {
        run(until: MonotonicTime.nanoseconds(at: deadline), while: condition)
    }

    /// Sends and receives until the deadline, or until a condition no longer holds.
    ///
    /// - Parameters:
    ///   - deadline: When to return, by ``MonotonicTime``.
    ///   - condition: Asked after every turn, so it should be quick. Default always true.
    /// - Returns: Whether the condition ended it.
    @discardableResult
    public func run(until deadline: UInt64, while condition: () -> Bool = { true }) -> Bool {
        while true {
            flush()
            guard condition() else { return true }
            guard MonotonicTime.nanoseconds < deadline else { return false }
            turn(deadline: deadline)
        }
    }

    private func link(
        to address: WebSocketAddress,
        from source: String?,
        options: WebSocketOptions,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> Link {
        let source = try routes.source(source)
        let host = try routes.host(address, from: source, deadline: deadline)
        let context = try routes.context(address, options.trust)
        return try Link(to: host, address, from: source, options: options, context: context)
    }

    private func send(_ opcode: Frame.Opcode, _ payload: [UInt8], to connection: Int) {
        guard let link = members[connection]?.link else { return }
        link.send(opcode, payload)
        markDirty(connection)
    }

    private func markDirty(_ connection: Int) {
        guard members[connection]?.isDirty == false else { return }
        members[connection]?.isDirty = true
        dirty.append(connection)
    }

    /// Waits for one round of readiness and serves it.
    private func turn(deadline: UInt64) {
        free += forgotten
        forgotten.removeAll(keepingCapacity: true)
        // What callbacks have sent meanwhile is not to wait for others.
        let count = ready.wait(deadline: dirty.isEmpty ? deadline : 0)
        // Callbacks begin connections, which the set must be free for.
        for index in 0..<count { serving.append(ready.key(index)) }
        for connection in serving { serve(connection) }
        serving.removeAll(keepingCapacity: true)
    }

    /// Writes to the connections that something was sent to since the last time.
    private func flush() {
        guard !dirty.isEmpty else { return }
        let connections = dirty
        dirty.removeAll(keepingCapacity: true)
        for connection in connections {
            guard let member = members[connection] else { continue }
            members[connection]?.isDirty = false
            guard member.isOpen, member.isReading else { continue }
            do throws(WebSocketFailure) {
                try member.link.moveOut()
                waitToWrite(connection, member.link)
            } catch {
                meetEnd(of: connection, member.link, failure: error)
            }
        }
    }

    private func serve(_ connection: Int) {
        guard let member = members[connection], member.isReading else { return }
        let link = member.link
        do throws(WebSocketFailure) {
            if link.wantsToWrite { try link.moveOut() }
            if let count = try link.moveIn(&scratch) {
                let now = MonotonicTime.nanoseconds
                try link.handOver(count, of: &scratch) {
                    members[connection]?.isOpen = true
                    openCount += 1
                    opened(connection, now)
                } _: { opcode, message in
                    messageCount += 1
                    receive(connection, message, opcode == .binary, now)
                }
            }
            if link.leavingByteCount > 0 { try link.moveOut() }
        } catch {
            meetEnd(of: connection, link, failure: error)
            return
        }
        guard members[connection]?.link === link else { return }
        if link.hasEnded {
            meetEnd(of: connection, link, failure: nil)
        } else {
            waitToWrite(connection, link)
        }
    }

    private func waitToWrite(_ connection: Int, _ link: Link) {
        guard let member = members[connection], member.isReading,
            member.isWaitingToWrite != link.wantsToWrite
        else { return }
        members[connection]?.isWaitingToWrite = link.wantsToWrite
        ready.change(link.descriptor, key: connection, toWrite: link.wantsToWrite)
    }

    /// Ends a connection that did so by itself, and tells.
    private func meetEnd(of connection: Int, _ link: Link, failure: WebSocketFailure?) {
        guard members[connection]?.link === link else { return }
        // The close that answers a violation, as far as it can still leave.
        try? link.moveOut()
        guard let ending = end(connection, failure: failure) else { return }
        ended(connection, ending, MonotonicTime.nanoseconds)
    }

    @discardableResult
    private func end(_ connection: Int, failure: WebSocketFailure?) -> Ending? {
        guard let member = members[connection] else { return nil }
        if member.isOpen { openCount -= 1 }
        let ending = Ending(
            code: member.link.close?.code,
            reason: member.link.close?.reason ?? "",
            failure: failure,
            wasOpen: member.isOpen
        )
        endings[connection] = ending
        // The descriptor closes with the link, and leaves the set by that.
        member.link.end()
        members[connection] = nil
        return ending
    }
}
