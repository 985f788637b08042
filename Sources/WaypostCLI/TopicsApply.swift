import ArgumentParser
import TopicSchema

/// `waypost topics apply`.
struct TopicsApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring a database in step with the topic files, in one transaction.",
        discussion: """
            Checks first, and changes nothing when the check finds errors. May run while \
            gateways serve and people write: tables that change stand still for a moment, and \
            when one of them is busy for longer than --lock-timeout, nothing is changed. Run \
            again it does nothing. Runs with an administrator's DSN.

            Examples:
              waypost topics apply --database-dsn "host=db user=postgres dbname=app"
              waypost topics apply --dry-run
              waypost topics apply --lock-timeout 500
            """
    )

    @OptionGroup var files: TopicFolderOptions
    @OptionGroup var checking: TopicCheckOptions

    @Flag(name: .long, help: "Check, print the SQL that would be run, and change nothing.")
    var dryRun = false

    func run() async throws {
        let values = try await files.options.load()
        let contract = try files.contract(by: values)
        let schema = ContractSchema(contract, options: try checking.schemaOptions(by: values))
        let connection = try files.connection(by: values, name: "waypost topics apply")
        let plan = try TopicCheckOptions.telling { () throws(ContractSchemaFailure) in
            dryRun ? try schema.rehearse(on: connection) : try schema.apply(on: connection)
        }
        if plan.isEmpty {
            Terminal.say("nothing to do: the database is as the files want it")
        } else if dryRun {
            Terminal.say(plan.sql)
        } else {
            for line in plan.summary { Terminal.say(line) }
        }
    }
}
