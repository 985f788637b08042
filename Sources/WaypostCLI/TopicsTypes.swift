import ArgumentParser
import Development
import Postgres
import Topics

/// `waypost topics types`.
struct TopicsTypes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "types",
        abstract: "Print the types of each family's messages, for TypeScript or Swift.",
        discussion: """
            Rows have the columns that the database has at this moment, and of them what the \
            files send: where readers have classes, for each class by itself.

            Examples:
              waypost topics types --language typescript --database-dsn "…" > topics.ts
              waypost topics types --language swift --config waypost.yaml > Topics.swift
            """
    )

    /// The languages that types are written in.
    enum Language: String, ExpressibleByArgument, CaseIterable {
        case typescript
        case swift
    }

    @OptionGroup var files: TopicFolderOptions

    @Option(name: .long, help: "The language of the types.")
    var language: Language

    func run() async throws {
        let values = try await files.options.load()
        let contract = try files.contract(by: values)
        let connection = try files.connection(by: values, name: "waypost topics types")
        let typed: TypedContract
        do {
            typed = try TypedContract.read(contract, on: connection)
        } catch {
            Terminal.warn("waypost topics types: \(error.advice)")
            throw ExitCode.failure
        }
        guard typed.problems.isEmpty else {
            for problem in typed.problems { Terminal.warn("\(problem)") }
            throw ExitCode.failure
        }
        switch language {
        case .typescript: Terminal.say(TypeScriptTypes.text(typed))
        case .swift: Terminal.say(SwiftTypes.text(typed))
        }
    }
}
