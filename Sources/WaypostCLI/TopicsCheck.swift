import ArgumentParser
import TopicSchema
import Topics
import Wire

/// `waypost topics check`.
struct TopicsCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Hold topic files against a database, and tell every disagreement.",
        discussion: """
            Looks at tables, columns, types, keys, functions, triggers, policies, privileges, \
            the publication and secret columns, and tries each rule out in a transaction that \
            is rolled back. Runs with an administrator's DSN; with another login it says what \
            it could not look at.

            Examples:
              waypost topics check --database-dsn "host=db user=postgres dbname=app"
              waypost topics check --folder topics --json

            Each problem is a line: file:line: error: what is wrong. Exit code 1 when any is an \
            error; warnings alone are exit code 0.
            """
    )

    @OptionGroup var files: TopicFolderOptions
    @OptionGroup var checking: TopicCheckOptions

    @Flag(name: .long, help: "Print JSON for programs, in one line.")
    var json = false

    func run() async throws {
        let values = try await files.options.load()
        let contract = try files.contract(by: values)
        let schema = ContractSchema(contract, options: try checking.schemaOptions(by: values))
        let connection = try files.connection(by: values, name: "waypost topics check")
        let review = try TopicCheckOptions.telling { () throws(ContractSchemaFailure) in
            try schema.check(on: connection)
        }
        if json {
            Terminal.say(Self.json(review))
        } else {
            for problem in review.problems { Terminal.say(problem.description) }
            for sentence in review.skipped { Terminal.warn("skipped: \(sentence)") }
            Terminal.warn(Self.summary(review, contract))
        }
        if review.hasErrors { throw ExitCode.failure }
    }

    private static func summary(_ review: SchemaReview, _ contract: TopicContract) -> String {
        let errorCount = review.problems.count { $0.severity == .error }
        let warningCount = review.problems.count - errorCount
        return "\(contract.families.count) families: \(errorCount) errors, \(warningCount) warnings"
    }

    private static func json(_ review: SchemaReview) -> String {
        let problems = review.problems.map { problem in
            JSON.object([
                .init(key: "file", value: problem.place.map { .string($0.file) } ?? .null),
                .init(key: "line", value: problem.place.map { .number("\($0.line)") } ?? .null),
                .init(key: "severity", value: .string(problem.severity.rawValue)),
                .init(key: "message", value: .string(problem.message)),
            ])
        }
        return JSON.object([
            .init(key: "problems", value: .array(problems)),
            .init(key: "skipped", value: .array(review.skipped.map { .string($0) })),
        ]).text.text
    }
}
