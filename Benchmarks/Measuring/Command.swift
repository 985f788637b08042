public import Subprocess
internal import SystemPackage

/// Runs other programs.
public enum Command {
    /// A program that failed, with its last words.
    public struct Failure: Error, CustomStringConvertible {
        let program: String
        let words: String

        /// For people.
        public var description: String { "\(program) failed: \(words)" }
    }

    /// What a program printed, once it has ended well.
    ///
    /// - Parameters:
    ///   - program: Its name, found by `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables beside those that are inherited.
    /// - Returns: Standard output, then standard error.
    /// - Throws: ``Failure`` when it ends badly, or what keeps it from starting.
    public static func output(
        _ program: String,
        _ arguments: [String],
        environment: [Environment.Key: String] = [:]
    ) async throws -> String {
        let outcome = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            environment: .inherit.updating(environment.mapValues { Optional($0) }),
            output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 20)
        )
        guard outcome.terminationStatus.isSuccess else {
            throw Failure(program: program, words: outcome.standardError)
        }
        return outcome.standardOutput + outcome.standardError
    }

    /// Runs a program while `body` runs, and ends it with SIGINT.
    ///
    /// - Parameters:
    ///   - program: Its name, found by `PATH`.
    ///   - arguments: Its arguments.
    ///   - body: What happens meanwhile.
    /// - Throws: What `body` threw, or what keeps the program from starting.
    public static func during(
        _ program: String,
        _ arguments: [String],
        _ body: () async throws -> Void
    ) async throws {
        _ = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await body()
            try execution.send(signal: .interrupt)
        }
    }
}
