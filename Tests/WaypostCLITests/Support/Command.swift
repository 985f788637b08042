import Foundation
import Locking
import TestSupport
import Testing

/// The built command `waypost`, run as a process of its own.
final class Command: Sendable {
    private let process: Process
    private let outputs: [Output]

    /// Longer than anything takes on a busy machine.
    static let patience: Duration = .seconds(90)

    /// Where the build put the command: beside this test's own program.
    static let path: String = {
        let named = ProcessInfo.processInfo.environment["WAYPOST"]
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().path
        return named ?? "\(folder)/waypost"
    }()

    /// Starts the command.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - environment: Over that of the tests, from which every setting is taken out.
    ///   - folder: Where it runs. Default that of the tests.
    /// - Throws: What kept it from being started.
    init(
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: String? = nil
    ) throws {
        let process = Process()
        self.process = process
        process.executableURL = URL(filePath: Self.path)
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("WAYPOST") }
        // A process that ends leaves its memory to the system: leaks are looked for in the parts,
        // by their own tests.
        process.environment = inherited.merging(["ASAN_OPTIONS": "detect_leaks=0"]) { $1 }
            .merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        let pipes = [Pipe(), Pipe()]
        process.standardOutput = pipes[0]
        process.standardError = pipes[1]
        try process.run()
        outputs = pipes.map { Output($0) }
    }

    var processID: Int32 { process.processIdentifier }

    /// What the command has written to standard output.
    var standard: String { outputs[0].text }

    /// What the command has written to standard error.
    var error: String { outputs[1].text }

    /// Waits for a line of standard output that contains a text.
    func line(_ text: String) async throws -> String {
        try await line(text) { $0.standard }
    }

    /// Waits for a line of standard error that contains a text.
    func errorLine(_ text: String) async throws -> String {
        try await line(text) { $0.error }
    }

    private func line(
        _ text: String,
        in part: (Command) -> String
    ) async throws -> String {
        var found: String?
        _ = await eventually(within: Self.patience) {
            let lines = part(self).split(separator: "\n").dropLast(
                part(self).hasSuffix("\n") ? 0 : 1
            )
            found = lines.first { $0.contains(text) }.map(String.init)
            return found != nil || !self.process.isRunning
        }
        return try #require(found, "no \(text) in: \(standard)\n\(error)")
    }

    func send(_ signal: Int32) { kill(processID, signal) }

    /// Waits for the end of the process and of what it writes.
    func exitCode(within limit: Duration = Command.patience) async throws -> Int32 {
        let isOver = await eventually(within: limit) {
            !self.process.isRunning && self.outputs.allSatisfy(\.isOver)
        }
        if !isOver { send(SIGKILL) }
        try #require(isOver, "\(limit) was not enough: \(standard)\n\(error)")
        return process.terminationStatus
    }

    /// Whether a signal ended it, rather than the command itself.
    var isKilled: Bool { process.terminationReason == .uncaughtSignal }

    /// Runs the command to its end.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: String? = nil
    ) async throws -> (code: Int32, standard: String, error: String) {
        let command = try Command(arguments, environment: environment, folder: folder)
        let code = try await command.exitCode()
        return (code, command.standard, command.error)
    }
}

/// What a process writes into a pipe, read by a thread of its own.
private final class Output: Sendable {
    private let state = Locked((bytes: [UInt8](), isOver: false))

    init(_ pipe: Pipe) {
        let handle = pipe.fileHandleForReading
        _ = WorkThread(name: "output") { [self] in
            while true {
                let bytes = handle.availableData
                guard !bytes.isEmpty else { break }
                state.withLock { $0.bytes += bytes }
            }
            state.withLock { $0.isOver = true }
        }
    }

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Whether the process and all that got the pipe from it have closed it.
    var isOver: Bool { state.withLock { $0.isOver } }
}
