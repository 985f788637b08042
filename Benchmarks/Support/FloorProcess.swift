import Measuring
import Subprocess
import SystemPackage

/// The raw server of `Floor/floor.c` in a process of its own, obeying lines.
///
/// For one task.
final class FloorProcess {
    enum Failure: Error { case ended }

    /// Where it takes WebSockets.
    private(set) var port: UInt16 = 0

    private let writer: StandardInputWriter
    private var lines: AsyncThrowingStream<String, any Error>.Iterator

    private init(writer: StandardInputWriter, output: SubprocessOutputSequence) {
        self.writer = writer
        let stream = AsyncThrowingStream<String, any Error> { continuation in
            let task = Task {
                do {
                    for try await line in output.strings() { continuation.yield(line) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        lines = stream.makeAsyncIterator()
    }

    /// Compiles and starts it.
    static func with<Answer: Sendable>(
        source: String,
        core: Int,
        _ body: (FloorProcess) async throws -> Answer
    ) async throws -> Answer {
        let program = "/tmp/waypost-floor-\(ProcessFigures.ownProcessID)"
        _ = try await Command.output(
            "cc",
            ["-O2", "-D_GNU_SOURCE", source, "-o", program, "-lcrypto"]
        )
        let command = Core.pinned([program], to: core)
        let outcome = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", "exec \"$@\"", "sh"] + command),
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { execution in
            let floor = FloorProcess(
                writer: execution.standardInputWriter,
                output: execution.standardOutput
            )
            floor.port = UInt16(try await floor.number())
            let answer = try await body(floor)
            try await execution.standardInputWriter.finish()
            return answer
        }
        _ = try await Command.output("rm", ["-f", program])
        return outcome.closureResult
    }

    private func number() async throws -> Int {
        guard let line = try await lines.next(), let number = Int(line.filter(\.isNumber)) else {
            throw Failure.ended
        }
        return number
    }

    /// Sends messages to all connections.
    ///
    /// - Parameters:
    ///   - count: How many messages.
    ///   - byteCount: The length of each.
    ///   - joined: Whether all messages of a connection go with one call.
    /// - Returns: Nanoseconds on a core.
    /// - Throws: ``Failure`` when it has ended.
    func send(_ count: Int, byteCount: Int, joined: Bool) async throws -> Double {
        _ = try await writer.write("\(joined ? "joined" : "each") \(count) \(byteCount)\n")
        return Double(try await number())
    }
}
