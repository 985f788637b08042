import ArgumentParser
import Gateway
import PublishedTables
import TopicSchema

/// The options that the commands share which hold topic files against a database.
struct TopicCheckOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Rows from which on a table that is read without an index is an error."
    )
    var rows = 10_000

    @Option(
        name: .long,
        help: "Milliseconds that a busy table is waited for, and writers with it, at most."
    )
    var lockTimeout = 3_000

    func validate() throws {
        guard rows >= 0 else { throw ValidationError("--rows: 0 or more") }
        guard (1...600_000).contains(lockTimeout) else {
            throw ValidationError("--lock-timeout: 1 to 600000 milliseconds")
        }
    }

    /// What files are held against.
    ///
    /// - Parameter values: The settings.
    /// - Returns: Options for ``ContractSchema``.
    /// - Throws: An exit with code 2 where `changes.never_sent` is malformed.
    func schemaOptions(by values: ConfigurationValues) throws -> ContractSchemaOptions {
        do {
            return ContractSchemaOptions(
                neverSent: try NeverSent(parsing: values.list(.changesNeverSent)),
                rowCountMax: rows,
                lockTimeout: .milliseconds(lockTimeout)
            )
        } catch {
            Terminal.warn(
                "configuration: changes.never_sent: \(error.entry) is neither schema.table nor "
                    + "schema.table.column"
            )
            throw ExitCode.configuration
        }
    }

    /// Runs something, and tells why it failed.
    ///
    /// - Parameter body: What is run.
    /// - Returns: What it returned.
    /// - Throws: An exit with code 1.
    static func telling<R>(_ body: () throws(ContractSchemaFailure) -> R) throws -> R {
        do throws(ContractSchemaFailure) {
            return try body()
        } catch {
            Terminal.warn(error.advice)
            throw ExitCode.failure
        }
    }
}
