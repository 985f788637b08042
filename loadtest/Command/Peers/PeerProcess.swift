import Foundation
import Subprocess
import SystemPackage
import WebSocketClient

/// A peer's script, which becomes the server.
struct PeerProcess {
    /// The script's path.
    let script: String
    let port: UInt16

    /// How long a server may take until it listens.
    private static let patience = Duration.seconds(30)

    /// Installs what the server needs; what the script says passes through.
    ///
    /// - Throws: ``Unusable`` when that fails, in the script's own words above.
    func install() async throws {
        let outcome = try await Subprocess.run(
            .path(FilePath(script)),
            arguments: ["install"],
            input: .none,
            output: .currentStandardError,
            error: .currentStandardError
        )
        guard outcome.terminationStatus.isSuccess else {
            throw Unusable("\(script) install failed (\(outcome.terminationStatus)); see above")
        }
    }

    /// Serves while `body` runs.
    ///
    /// - Parameters:
    ///   - core: The only core that it gets.
    ///   - arguments: What the script is told beside port and core.
    ///   - body: Called with the process's number, once it listens.
    /// - Returns: What `body` returned.
    /// - Throws: ``Unusable`` when it does not serve, or what `body` threw.
    func serve<Answer: Sendable>(
        core: Int,
        _ arguments: [String],
        _ body: @escaping @Sendable (Int) async throws -> Answer
    ) async throws -> Answer {
        guard !isAnswering else {
            throw Unusable("port \(port) is taken: name a free one with --port")
        }
        var options = PlatformOptions()
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
        ]
        return try await Subprocess.run(
            .path(FilePath(script)),
            arguments: Arguments(["start", "\(port)", "\(core)"] + arguments),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .string(limit: 1 << 20)
        ) { execution in
            let processID = Int(execution.processIdentifier.value)
            try await waitUntilAnswering(processID)
            let answer = try await body(processID)
            await execution.teardown(using: options.teardownSequence)
            return answer
        }.closureResult
    }

    private func waitUntilAnswering(_ processID: Int) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while !isAnswering {
            guard FileManager.default.fileExists(atPath: "/proc/\(processID)/exe"),
                ContinuousClock.now < deadline
            else {
                throw Unusable(
                    "\(script) does not listen on port \(port): try `\(script) start \(port)`"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private var isAnswering: Bool {
        (try? RawStream(host: "127.0.0.1", port: port, deadline: .now + .seconds(1))) != nil
    }
}
