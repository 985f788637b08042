internal import FoundationEssentials
internal import Subprocess
internal import SystemPackage
internal import WebSocketClient
internal import Wire

/// `waypost serve` in a process of its own.
public struct GatewayProcess: Sendable {
    /// Why it does not serve.
    public enum Failure: Error, CustomStringConvertible {
        /// It did not get ready, or ended; the last of what it wrote.
        case notReady(log: String)

        /// For people.
        public var description: String {
            switch self {
            case .notReady(let log): "waypost serve did not get ready:\n\(log)"
            }
        }
    }

    /// The process.
    public let processID: Int
    /// Where it takes WebSockets, on 127.0.0.1.
    public let port: UInt16
    private let adminPort: UInt16
    private let log: String

    /// Serves while `body` runs; then SIGTERM.
    ///
    /// - Parameters:
    ///   - command: The binary, with whatever pins it before it.
    ///   - settings: The gateway's, by key; host and ports are set already.
    ///   - body: Called once it is ready.
    /// - Returns: What `body` returned.
    /// - Throws: ``Failure``, or what `body` threw.
    public static func serve<Answer: Sendable>(
        _ command: [String],
        settings: [String: String],
        _ body: (GatewayProcess) async throws -> Answer
    ) async throws -> Answer {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        let log =
            FileManager.default.temporaryDirectory.path(percentEncoded: false)
            + "/waypost-measured-\(ProcessFigures.ownProcessID)-\(random).log"
        let all = [
            "listen.host": "127.0.0.1", "listen.port": "0", "admin.port": "0",
        ].merging(settings) { $1 }
        let flags = all.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        var options = PlatformOptions()
        // So that Ctrl-C in a terminal reaches only us.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(20))
        ]
        let outcome = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", script, "sh", log] + command + ["serve"] + flags),
            platformOptions: options,
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

    /// Its input ends with this process, however that ends, and so the gateway does.
    ///
    /// The log of a gateway that ends before is kept until then, for its last words.
    private static let script = """
        log=$1
        shift
        exec 3<&0
        "$@" 2>"$log" </dev/null 3<&- &
        gateway=$!
        echo "$gateway" >"$log.pid"
        (
            read -r _ <&3
            kill "$gateway"
        ) >/dev/null 2>&1 &
        watcher=$!
        trap 'kill "$gateway" "$watcher"' TERM INT HUP
        while kill -0 "$gateway" 2>/dev/null; do wait "$gateway"; done
        wait "$watcher"
        rm -f "$log" "$log.pid"
        """

    private static func ready(log: String) async throws -> GatewayProcess {
        let deadline = ContinuousClock.now + .seconds(30)
        var lastWords = ""
        while ContinuousClock.now < deadline {
            let written = text(log)
            if !written.isEmpty { lastWords = written }
            let processID = Int(text("\(log).pid").filter(\.isNumber))
            let ports = listeningPorts(in: written)
            if ports.count >= 2, let processID {
                let gateway = GatewayProcess(
                    processID: processID,
                    port: ports[0],
                    adminPort: ports[1],
                    log: log
                )
                if gateway.metrics()["waypost_ready"] == 1 { return gateway }
            }
            if let processID, !isRunning(processID) { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure.notReady(log: end(of: lastWords))
    }

    private static func end(of log: String) -> String {
        log.split(separator: "\n").suffix(10).joined(separator: "\n")
    }

    private static func isRunning(_ processID: Int) -> Bool {
        FileManager.default.fileExists(atPath: "/proc/\(processID)")
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

    /// All metrics; those with labels by their sum.
    ///
    /// - Returns: Figures by name; none when they cannot be had.
    public func metrics() -> [String: Double] {
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
    ///
    /// - Returns: As ``metrics()``.
    /// - Throws: When the task is cancelled.
    public func settledMetrics() async throws -> [String: Double] {
        try await Task.sleep(for: .milliseconds(2_200))
        return metrics()
    }

    /// Whether it still runs.
    public var isRunning: Bool { Self.isRunning(processID) }

    /// The last lines of its log, for people.
    public var lastLines: String { Self.end(of: Self.text(log)) }

    /// Nanoseconds on a core since its start.
    public var coreNanoseconds: Double { ProcessFigures.coreNanoseconds(of: processID) }

    /// Bytes resident.
    public var residentByteCount: Int { ProcessFigures.residentByteCount(of: processID) }
}
