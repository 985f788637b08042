import Locking
import WebSocketServer
import Wire

/// A loop's owner in tests: it echoes, writes down what it hears, and runs what a test hands in.
final class ProbeDelegate: LoopDelegate {
    /// What a test and the loop's thread share.
    final class Shared: Sendable {
        /// What happened on the loop's thread.
        struct Notes {
            var opened: [ConnectionID] = []
            var closed: [(connection: ConnectionID, end: ConnectionEnd)] = []
            var texts: [[UInt8]] = []
            var requests: [Request] = []
            var bodies: [[UInt8]] = []
            var unanswered: [RequestNumber] = []
            var counters = LoopCounters()
            var tickCount = 0
            var waitCount = 0
        }

        let notes = Locked(Notes())
        let orders: Mailbox<@Sendable (Loop) -> Void>
        let wakerBox: WakerBox
        let echoes: Bool
        let answer: @Sendable (Request) -> HandshakeAnswer

        init(echoes: Bool, answer: @escaping @Sendable (Request) -> HandshakeAnswer) {
            self.echoes = echoes
            self.answer = answer
            let box = WakerBox()
            wakerBox = box
            orders = Mailbox(byteCountMax: 1 << 20) { box.wake() }
        }

        /// Filled when the loop is made, after the mailbox that needs it.
        final class WakerBox: Sendable {
            let waker = Locked<LoopWaker?>(nil)
            func wake() { waker.withLock { $0 }?.wake() }
        }
    }

    let shared: Shared
    var loop: Loop?

    init(_ shared: Shared) { self.shared = shared }

    func handshake(_ request: Request) -> HandshakeAnswer {
        shared.notes.withLock { $0.requests.append(request) }
        return shared.answer(request)
    }

    func opened(_ connection: ConnectionID, request: Request, admission: any Sendable) {
        shared.notes.withLock { $0.opened.append(connection) }
    }

    func received(text: [UInt8], from connection: ConnectionID) {
        shared.notes.withLock { $0.texts.append(text) }
        if shared.echoes { loop?.send(EncodedMessage(.text, payload: text), to: connection) }
    }

    func received(binary: [UInt8], from connection: ConnectionID) {
        if shared.echoes { loop?.send(EncodedMessage(.binary, payload: binary), to: connection) }
    }

    func closed(_ connection: ConnectionID, end: ConnectionEnd) {
        shared.notes.withLock { $0.closed.append((connection, end)) }
    }

    func admits(_ request: Request) -> BodyAnswer {
        shared.notes.withLock { $0.requests.append(request) }
        switch request.path {
        case "/health": return .refuse(.methodNotAllowed)
        case "/denied": return .refuse(Response(status: 401, body: Array("no".utf8)))
        default: return .read(byteCountMax: 10_000, admission: request.path)
        }
    }

    /// Answers with the body at once, or where the path begins with `/later` when the test wants.
    func received(_ number: RequestNumber, body: [UInt8], admission: any Sendable) {
        shared.notes.withLock { $0.bodies.append(body) }
        guard (admission as? String)?.hasPrefix("/later") != true else {
            shared.notes.withLock { $0.unanswered.append(number) }
            return
        }
        loop?.answer(number, with: Response(status: 200, body: body))
    }

    func respond(to request: Request) -> Response {
        shared.notes.withLock { $0.requests.append(request) }
        guard request.path != "/missing" else { return Response(status: 404) }
        let size = request.queryValue("size").flatMap { Int($0) }
        return Response(
            status: 200,
            body: size.map { [UInt8](repeating: 0x61, count: $0) } ?? Array("hello\n".utf8)
        )
    }

    func turn() {
        guard let loop else { return }
        for order in shared.orders.takeAll() { order(loop) }
    }

    func willWait() { shared.notes.withLock { $0.waitCount += 1 } }

    func tick(now: ContinuousClock.Instant) {
        guard let loop else { return }
        let counters = loop.counters
        shared.notes.withLock { notes in
            notes.counters = counters
            notes.tickCount += 1
        }
    }
}
