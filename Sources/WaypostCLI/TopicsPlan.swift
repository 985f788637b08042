import ArgumentParser
import TopicSchema

/// `waypost topics plan`.
struct TopicsPlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print the SQL that brings a database in step with the topic files.",
        discussion: """
            Reads the files and the catalog, and changes nothing. The SQL is one transaction; \
            nothing is printed when all is as the files want it.

            Examples:
              waypost topics plan --database-dsn "host=db user=postgres dbname=app"
              waypost topics plan > topics.sql
            """
    )

    @OptionGroup var files: TopicFolderOptions
    @OptionGroup var checking: TopicCheckOptions

    func run() async throws {
        let plan = try await Self.plan(files, checking, name: "waypost topics plan")
        if plan.isEmpty {
            Terminal.warn("nothing to do: the database is as the files want it")
        } else {
            Terminal.say(plan.sql)
        }
    }

    /// Reads the files and compares them with the database.
    static func plan(
        _ files: TopicFolderOptions,
        _ checking: TopicCheckOptions,
        name: String
    ) async throws -> SchemaPlan {
        let values = try await files.options.load()
        let contract = try files.contract(by: values)
        let schema = ContractSchema(contract, options: try checking.schemaOptions(by: values))
        let connection = try files.connection(by: values, name: name)
        return try TopicCheckOptions.telling { () throws(ContractSchemaFailure) in
            try schema.plan(on: connection)
        }
    }
}

/// `waypost topics diff`.
struct TopicsDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say which objects of a database are not as the topic files want them.",
        discussion: """
            For CI: a line for each object, and exit code 1 when there is any. `plan` has the \
            SQL, `apply` runs it.

            Examples:
              waypost topics diff --database-dsn "host=db user=postgres dbname=app"
            """
    )

    @OptionGroup var files: TopicFolderOptions
    @OptionGroup var checking: TopicCheckOptions

    func run() async throws {
        let plan = try await TopicsPlan.plan(files, checking, name: "waypost topics diff")
        for line in plan.summary { Terminal.say(line) }
        if !plan.isEmpty { throw ExitCode.failure }
    }
}
