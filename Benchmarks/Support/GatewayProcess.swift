import FoundationEssentials
import Subprocess
import SystemPackage
import Tokens
import WebSocketClient
import Wire

/// `waypost serve` in a process of its own, on a core of its own.
struct GatewayProcess: Sendable {
    enum Failure: Error { case notReady(log: String) }

    static let secret = "benchmarks-benchmarks-benchmarks-benchmarks"

    let processID: Int
    let port: UInt16
    private let adminPort: UInt16

    /// Serves a database while `body` runs; then SIGTERM.
    static func with<Answer: Sendable>(
        _ surroundings: Surroundings,
        _ database: BenchmarkDatabase,
        settings: [String: String] = [:],
        niceness: Int = 0,
        _ body: (GatewayProcess) async throws -> Answer
    ) async throws -> Answer {
        let log =
            FileManager.default.temporaryDirectory.path(percentEncoded: false)
            + "/waypost-benchmark-\(ProcessFigures.ownProcessID).log"
        let all = [
            "listen.host": "127.0.0.1", "listen.port": "0", "admin.port": "0",
            "database.dsn": database.dsn(user: "waypost"), "token.secret": secret,
            "channels.public": "allow", "limits.half_open_per_address": "10000",
            // All connections of a measurement are one person's.
            "limits.user.connections": "0", "limits.user.joins_per_second": "0",
            "limits.user.messages_per_second": "0",
        ].merging(settings) { $1 }
        let flags = all.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        let priority = niceness == 0 ? [] : ["nice", "-n", "\(niceness)"]
        let command = Core.pinned(
            priority + [surroundings.waypost, "serve"] + flags,
            to: surroundings.gatewayCore
        )
        // Its input ends with this process, however that ends, and so the gateway does.
        let script = """
            log=$1
            shift
            "$@" 2>"$log" </dev/null &
            echo $! >"$log.pid"
            cat >/dev/null
            kill $!
            wait
            rm -f "$log" "$log.pid"
            """
        let outcome = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", script, "sh", log] + command),
            input: .inputWriter,
            output: .discarded,
            error: .discarded
        ) { execution in
            let gateway = try await ready(log: log)
            let answer = try await body(gateway)
            try await execution.standardInputWriter.finish()
            return answer
        }
        return outcome.closureResult
    }

    private static func ready(log: String) async throws -> GatewayProcess {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let ports = listeningPorts(in: text(log))
            if ports.count >= 2, let processID = Int(text("\(log).pid").filter(\.isNumber)) {
                let gateway = GatewayProcess(
                    processID: processID,
                    port: ports[0],
                    adminPort: ports[1]
                )
                if gateway.metrics()["waypost_ready"] == 1 { return gateway }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure.notReady(log: text(log))
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The log's lines are JSON; the gateway's own port comes first.
    private static func listeningPorts(in log: String) -> [UInt16] {
        log.split(separator: "\n").compactMap { line in
            guard let entry = try? JSON(parsing: Array(line.utf8))["metadata"],
                entry["code"]?.stringValue == "Listening"
            else { return nil }
            return entry["port"]?.stringValue.flatMap { UInt16($0) }
        }
    }

    /// A token for Ana, good for an hour.
    func token(of person: String = BenchmarkDatabase.ana) throws -> String {
        let now = Int64(Date.now.timeIntervalSince1970)
        return try TokenMinter(secret: Self.secret).mint(
            role: "authenticated",
            sub: person,
            expiresAt: now + 3_600,
            issuedAt: now
        )
    }

    /// Where WebSockets are opened.
    func address(_ serializer: Serializer) throws -> WebSocketAddress {
        try WebSocketAddress(
            gateway: "http://127.0.0.1:\(port)",
            apiKey: try token(),
            serializer: serializer
        )
    }

    /// All metrics; those with labels by their sum.
    func metrics() -> [String: Double] {
        let deadline = ContinuousClock.now + .seconds(5)
        guard
            let stream = try? RawStream(host: "127.0.0.1", port: adminPort, deadline: deadline),
            (try? stream.send(
                Array("GET /metrics HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n".utf8),
                deadline: deadline
            )) != nil
        else { return [:] }
        var page: [UInt8] = []
        while let bytes = stream.receive(deadline: deadline), !bytes.isEmpty { page += bytes }
        var figures: [String: Double] = [:]
        for line in String(decoding: page, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("waypost_") {
            guard let space = line.lastIndex(of: " "),
                let name = line.split(whereSeparator: { $0 == "{" || $0 == " " }).first,
                let value = Double(line[line.index(after: space)...].filter { $0 != "\r" })
            else { continue }
            figures[String(name), default: 0] += value
        }
        return figures
    }

    /// Metrics that the loops bring once a second, at rest.
    func settledMetrics() async throws -> [String: Double] {
        try await Task.sleep(for: .milliseconds(2_200))
        return metrics()
    }

    /// Nanoseconds on a core since its start.
    var coreNanoseconds: Double { ProcessFigures.coreNanoseconds(of: processID) }

    /// Bytes resident.
    var residentByteCount: Int { ProcessFigures.residentByteCount(of: processID) }
}
