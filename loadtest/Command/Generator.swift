import ArgumentParser
import Foundation
import LoadGenerator
import WebSocketServer

/// `loadtest generator`, which only `loadtest` itself calls.
struct Generator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Simulates a share of the people, as told on standard input.",
        shouldDisplay: false
    )

    func run() throws {
        DescriptorLimit.raise(ceiling: .max)
        let succeeded = GeneratorProcess.run(input: .standardInput, output: .standardOutput)
        guard succeeded else { throw ExitCode.failure }
    }
}
