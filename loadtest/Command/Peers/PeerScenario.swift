import Foundation
import LoadResults
import Subprocess
import SystemPackage

/// The scenario fan-out as one turn of a comparison runs it.
struct PeerScenario: Sendable {
    let subscriberCount: Int
    let load: PeerLoad
    let seconds: Int
    let byteCount: Int

    /// Runs it by this very program, as a person would.
    ///
    /// - Parameter arguments: Where the server is, and who gets which core.
    /// - Returns: What was measured; nil when nothing arrived.
    /// - Throws: ``Unusable`` when the run could not take place, with the program's own words.
    func run(_ arguments: [String]) async throws -> PeerTurn? {
        let file = NSTemporaryDirectory() + "loadtest-peers-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        var options = PlatformOptions()
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(30))
        ]
        let outcome = try await Subprocess.run(
            .path(FilePath(OwnBinary.path)),
            arguments: Arguments(["fan-out", "--json", file] + settings + arguments),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .string(limit: 1 << 20)
        )
        // Exit code 1 is a run that broke a limit: its figures are there all the same.
        guard let json = FileManager.default.contents(atPath: file) else {
            throw Unusable("a turn failed:\n\(outcome.standardError)")
        }
        return PeerTurn(try RunResult(json: [UInt8](json), name: file))
    }

    /// What the scenario is told.
    var settings: [String] {
        var values = [
            "subscribers": "\(subscriberCount)", "bytes": "\(byteCount)",
            "duration": "\(seconds)s", "warmup": "2s", "connect_rate": "2000/s",
        ]
        switch load {
        case .deliveriesPerSecond(let rate): values["deliveries"] = "\(rate)/s"
        case .saturated(let inFlight): values["in_flight"] = "\(inFlight)"
        }
        return values.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    }
}
