import Glibc
import Locking
import Measuring
import WebSocketClient
import Wire

/// One connection that sends as fast as the gateway takes it, and comes back when it is closed.
final class Flooder: Sendable {
    /// How much of it the gateway took.
    struct Figures: Sendable {
        var byteCount = 0
        var connectionCount = 0
    }

    private struct State: Sendable {
        var figures = Figures()
        var isStopping = false
    }

    private final class Shared: Sendable {
        let lock = Locked(State())

        var isStopping: Bool { lock.withLock { $0.isStopping } }

        func add(bytes: Int = 0, connections: Int = 0) {
            lock.withLock { state in
                state.figures.byteCount += bytes
                state.figures.connectionCount += connections
            }
        }
    }

    private let shared: Shared
    private let thread: WorkThread

    init(_ kind: FloodKind, _ gateway: GatewayProcess, token: String) throws {
        let address = try WebSocketAddress(
            gateway: "http://127.0.0.1:\(gateway.port)",
            apiKey: token,
            serializer: .v2
        )
        let port = gateway.port
        let shared = Shared()
        self.shared = shared
        thread = WorkThread(name: "flooder") {
            // What is measured must not wait for the flood on its own core.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
            switch kind {
            case .refusedRequests: Self.request(port, shared)
            case .halfHandshakes: Self.halve(port, shared)
            default:
                let burst = kind.burst
                while !shared.isStopping { try? Self.flood(kind, burst, address, shared) }
            }
        }
    }

    /// Ends the flood and says how much of it there was.
    func stop() -> Figures {
        shared.lock.withLock { $0.isStopping = true }
        thread.join()
        return shared.lock.withLock { $0.figures }
    }

    private static func flood(
        _ kind: FloodKind,
        _ burst: [UInt8],
        _ address: WebSocketAddress,
        _ shared: Shared
    ) throws {
        let flooding = try WebSocketClient(address, deadline: .now + .seconds(2))
        defer { flooding.drop() }
        flooding.sendTimeout = .seconds(1)
        shared.add(connections: 1)
        if kind.needsChannel {
            var options = RequestWriter.JoinOptions()
            options.isPrivate = true
            let writer = RequestWriter(serializer: .v2)
            try flooding.sendText(writer.join(FloodKind.ownTopic, ref: "1", options: options))
            _ = try flooding.receive(deadline: .now + .seconds(1))
        }
        while !shared.isStopping {
            try flooding.sendRaw(burst)
            shared.add(bytes: burst.count)
            reading: while true {
                switch try flooding.receive(deadline: .now) {
                case .timeout: break reading
                case .ended, .close: return
                default: continue
                }
            }
        }
    }

    private static func request(_ port: UInt16, _ shared: Shared) {
        let text = Array(
            """
            POST /api/broadcast HTTP/1.1\r
            Host: flood\r
            Connection: close\r
            Authorization: Bearer a.b.c\r
            Content-Type: application/json\r
            Content-Length: 2\r
            \r
            {}
            """.utf8
        )
        while !shared.isStopping {
            let deadline = ContinuousClock.now + .seconds(1)
            guard
                let stream = try? RawStream(host: "127.0.0.1", port: port, deadline: deadline),
                (try? stream.send(text, deadline: deadline)) != nil
            else { continue }
            shared.add(bytes: text.count, connections: 1)
            while let bytes = stream.receive(deadline: deadline), !bytes.isEmpty {}
        }
    }

    private static func halve(_ port: UInt16, _ shared: Shared) {
        let half = Array("GET /socket/websocket HTTP/1.1\r\nHost: flood\r\n".utf8)
        var open: [RawStream] = []
        while !shared.isStopping {
            let deadline = ContinuousClock.now + .seconds(1)
            guard let stream = try? RawStream(host: "127.0.0.1", port: port, deadline: deadline)
            else { continue }
            shared.add(bytes: half.count, connections: 1)
            guard (try? stream.send(half, deadline: deadline)) != nil else { continue }
            open.append(stream)
            if open.count > 150 { open.removeFirst(50) }
        }
    }
}
