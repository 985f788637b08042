import Foundation
import Locking
import WebSocketServer
import Wire

/// A WebSocket server that sends to all connections of a path what one of them sends, and does one
/// thing wrong from time to time.
final class CrookedServer: Sendable {
    /// What it does wrong.
    enum Fault: Sendable {
        case nothing
        /// Every tenth message reaches nobody.
        case drops
        /// Nothing that comes after the twentieth message reaches anybody.
        case stops
        /// Every tenth message comes twice.
        case doubles
        /// Every tenth message comes behind the next one.
        case swaps
        /// Every tenth message reaches the connections of all paths.
        case misroutes
        /// Every tenth message loses its mark.
        case mangles
        /// The connection that sends the twentieth message is closed.
        case closes
        /// Nobody is let in.
        case refuses
    }

    /// What the server's thread and others know of each other.
    private final class Shared: Sendable {
        let state = Locked(State())
    }

    private struct State {
        var port = 0
        var waker: LoopWaker?
        var failure: LoopError?
        var isOver = false
        var addresses: Set<String> = []
    }

    private let shared = Shared()

    init(_ fault: Fault) throws {
        _ = WorkThread(name: "crooked") { [shared] in
            do throws(LoopError) {
                let crooked = Crooked(fault) { shared.state.withLock { $0.isOver } }
                crooked.noteAddress = { address in
                    shared.state.withLock { _ = $0.addresses.insert(address) }
                }
                var configuration = LoopConfiguration(
                    listeners: [Listener(host: "127.0.0.1", port: 0)]
                )
                configuration.halfOpenCountMaxPerAddress = 1_000
                let loop = try Loop(configuration: configuration, delegate: crooked)
                crooked.loop = loop
                let (port, waker) = (loop.ports[0], loop.waker)
                shared.state.withLock { $0 = State(port: port, waker: waker) }
                loop.run()
            } catch {
                shared.state.withLock { $0.failure = error }
            }
        }
        while port == 0 {
            if let failure = shared.state.withLock({ $0.failure }) { throw failure }
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    deinit {
        let waker = shared.state.withLock { state in
            state.isOver = true
            return state.waker
        }
        waker?.wake()
    }

    private var port: Int { shared.state.withLock { $0.port } }

    /// Where connections came from.
    var addresses: Set<String> { shared.state.withLock { $0.addresses } }

    var url: String { "ws://127.0.0.1:\(port)" }
}

/// The loop's owner.
private final class Crooked: LoopDelegate {
    weak var loop: Loop?
    var noteAddress: (String) -> Void = { _ in }
    private let fault: CrookedServer.Fault
    private let isOver: () -> Bool
    private var members: [String: [ConnectionID]] = [:]
    private var paths: [ConnectionID: String] = [:]
    private var messageCount = 0
    private var held: (text: [UInt8], path: String)?

    init(_ fault: CrookedServer.Fault, isOver: @escaping () -> Bool) {
        self.fault = fault
        self.isOver = isOver
    }

    func handshake(_ request: Request) -> HandshakeAnswer {
        fault == .refuses ? .refuse(Response(status: 401)) : .accept(true)
    }

    func opened(_ connection: ConnectionID, request: Request, admission: any Sendable) {
        noteAddress(request.address)
        members[request.path, default: []].append(connection)
        paths[connection] = request.path
    }

    func received(text: [UInt8], from connection: ConnectionID) {
        guard let path = paths[connection] else { return }
        messageCount += 1
        let isTenth = messageCount % 10 == 5
        switch fault {
        case .drops where isTenth: break
        case .stops where messageCount > 20: break
        case .doubles where isTenth:
            send(text, path)
            send(text, path)
        case .swaps where isTenth: held = (text, path)
        case .misroutes where isTenth: for path in members.keys { send(text, path) }
        case .mangles where isTenth: send(text.map { $0 == UInt8(ascii: "~") ? 0x20 : $0 }, path)
        case .closes where messageCount == 20:
            loop?.close(connection, code: .tryAgainLater, reason: "")
        default: send(text, path)
        }
        // What a path's only sender sent before comes behind this one.
        if !isTenth, let (text, its) = held, its == path {
            held = nil
            send(text, path)
        }
    }

    private func send(_ text: [UInt8], _ path: String) {
        let message = EncodedMessage(.text, payload: text)
        for member in members[path] ?? [] { loop?.send(message, to: member) }
    }

    func closed(_ connection: ConnectionID, end: ConnectionEnd) {
        guard let path = paths.removeValue(forKey: connection) else { return }
        members[path]?.removeAll { $0 == connection }
    }

    func received(binary: [UInt8], from connection: ConnectionID) {}

    func admits(_ request: Request) -> BodyAnswer { .refuse(Response(status: 405)) }

    func received(_ number: RequestNumber, body: [UInt8], admission: any Sendable) {}

    func respond(to request: Request) -> Response { Response(status: 404) }

    func turn() { if isOver() { loop?.stop() } }

    func tick(now: ContinuousClock.Instant) {}
}
