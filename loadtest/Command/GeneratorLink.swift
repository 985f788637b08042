import Foundation
import LoadGenerator
import Subprocess
import SystemPackage

/// A generator in a process of its own: orders go in, reports come out, a line of JSON each.
struct GeneratorLink: Sendable {
    /// Something that happened to it.
    enum Moment: Sendable {
        case started(processID: Int)
        case reported(GeneratorReport)
        case ended(how: String)
    }

    /// The process as it is started.
    let command: [String]
    let assignment: Assignment

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - orders: What it is told after its assignment; their end closes its input.
    ///   - tell: Called for everything that happens, last of all for its end.
    func run(
        orders: AsyncStream<Order>,
        tell: @escaping @Sendable (Moment) -> Void
    ) async {
        var options = PlatformOptions()
        // So that Ctrl-C in a terminal reaches only us, who then tell the generators.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(2))
        ]
        do {
            let assignment = assignment
            let program = command[0]
            let outcome = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(command.dropFirst())),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .currentStandardError
            ) { execution in
                tell(.started(processID: Int(execution.processIdentifier.value)))
                let writer = execution.standardInputWriter
                let output = execution.standardOutput
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.tell(assignment, orders, to: writer) }
                    try await Self.read(output) { tell(.reported($0)) }
                    group.cancelAll()
                    // A generator that has ended takes no orders; that it has is told below.
                    while let _ = await group.nextResult() {}
                }
            }
            tell(.ended(how: "\(outcome.terminationStatus)"))
        } catch {
            tell(.ended(how: "\(error)"))
        }
    }

    // In line with the closure above, Swift 6.3's optimizer crashes over it.
    @inline(never)
    private static func tell(
        _ assignment: Assignment,
        _ orders: AsyncStream<Order>,
        to writer: StandardInputWriter
    ) async throws {
        _ = try await writer.write(line(assignment))
        for await order in orders { _ = try await writer.write(line(order)) }
        try await writer.finish()
    }

    private static func line(_ value: some Encodable) throws -> [UInt8] {
        try Array(JSONEncoder().encode(value)) + [UInt8(ascii: "\n")]
    }

    private static func read(
        _ output: SubprocessOutputSequence,
        _ receive: (GeneratorReport) -> Void
    ) async throws {
        let decoder = JSONDecoder()
        // Only at line feeds: JSON may hold Unicode's other line ends as they are. And a line that
        // tells what was sent is as long as there are topics.
        let lines = output.strings(
            separatedBy: .unicodeScalarSequence("\n".unicodeScalars),
            bufferingPolicy: .unbounded
        )
        for try await line in lines where !line.isEmpty {
            receive(try decoder.decode(GeneratorReport.self, from: Data(line.utf8)))
        }
    }
}
