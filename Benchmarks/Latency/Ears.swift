import Locking
import Measuring
import Postgres
import WebSocketClient
import Wire

/// Two threads that write down when they heard of a change: one over the gateway, one by LISTEN.
final class Ears: Sendable {
    enum Failure: Error {
        /// A change was not heard in time; `reason` says whether anybody still listened.
        case deaf(Side, number: Int, reason: String)
        case notListening
    }

    private struct State: Sendable {
        var heard: [Side: [Int: ContinuousClock.Instant]] = [.gateway: [:], .bare: [:]]
        var readyCount = 0
        var ends: [Side: String] = [:]
        var isStopping = false
    }

    private let state: Shared
    private let threads: [WorkThread]

    /// What the threads share.
    private final class Shared: Sendable {
        let lock = Locked(State())

        var isStopping: Bool { lock.withLock { $0.isStopping } }

        /// A thread that ends while it is to listen leaves its reason.
        func end(_ side: Side, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                lock.withLock { $0.ends[side] = "\(error)" }
            }
        }

        func ready() { lock.withLock { $0.readyCount += 1 } }

        func hear(_ text: [UInt8], on side: Side, at time: ContinuousClock.Instant) {
            guard let number = Ears.number(in: text) else { return }
            lock.withLock { state in
                if state.heard[side]?[number] == nil { state.heard[side]?[number] = time }
            }
        }
    }

    /// Joins and listens.
    init(_ database: BenchmarkDatabase, _ gateway: GatewayProcess) throws {
        let shared = Shared()
        state = shared
        threads = [
            WorkThread(name: "joined") {
                shared.end(.gateway) { try Self.join(gateway, shared) }
            },
            WorkThread(name: "bare") { shared.end(.bare) { try Self.listen(database, shared) } },
        ]
        let deadline = ContinuousClock.now + .seconds(10)
        while shared.lock.withLock({ $0.readyCount }) < 2 {
            guard ContinuousClock.now < deadline else { throw Failure.notListening }
        }
    }

    private static func join(_ gateway: GatewayProcess, _ shared: Shared) throws {
        let receivers = try Subscribers()
        receivers.onMessage = { text, arrivedAt in shared.hear(text, on: .gateway, at: arrivedAt) }
        try receivers.join(1, to: gateway, serializer: .v2) { _ in "trip:1001" }
        shared.ready()
        while !shared.isStopping {
            receivers.swarm?.run(until: .now + .milliseconds(500))
            guard receivers.swarm?.openCount == 1 else { throw Subscribers.Failure.ended(1) }
        }
    }

    private static func listen(_ database: BenchmarkDatabase, _ shared: Shared) throws {
        let connection = try database.connect()
        try connection.execute("LISTEN bare")
        shared.ready()
        while !shared.isStopping {
            let ready = Readiness.wait(
                readable: [connection.descriptor],
                timeout: .milliseconds(500)
            )
            guard !ready.isEmpty else { continue }
            let notifications = try connection.notifications()
            let arrivedAt = ContinuousClock.now
            for notification in notifications {
                shared.hear(Array(notification.payload.utf8), on: .bare, at: arrivedAt)
            }
        }
    }

    /// The greatest number in a change: old rows carry smaller ones.
    private static func number(in text: [UInt8]) -> Int? {
        let mark = Array(Pen.mark.utf8)
        var rest = text[...]
        var greatest: Int?
        while let place = Subscribers.place(of: mark, in: Array(rest)) {
            rest = rest.dropFirst(place + mark.count)
            let digits = rest.prefix { (48...57).contains($0) }
            if let number = Int(String(decoding: digits, as: UTF8.self)) {
                greatest = max(greatest ?? 0, number)
            }
        }
        return greatest
    }

    /// When a change was heard of.
    func heard(_ number: Int, on side: Side) -> ContinuousClock.Instant? {
        state.lock.withLock { $0.heard[side]?[number] }
    }

    /// The same, waiting for it up to three seconds.
    func time(of number: Int, on side: Side) async throws -> ContinuousClock.Instant {
        for _ in 0..<600 {
            try await Task.sleep(for: .milliseconds(5))
            if let time = heard(number, on: side) { return time }
        }
        let reason = state.lock.withLock { $0.ends[side] }
        throw Failure.deaf(side, number: number, reason: reason ?? "listening still")
    }

    func stop() {
        state.lock.withLock { $0.isStopping = true }
        for thread in threads { thread.join() }
    }
}
