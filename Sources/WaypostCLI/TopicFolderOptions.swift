import ArgumentParser
import Development
import Gateway
import Postgres
import TopicFiles
import Topics

/// The options that all commands about topic files share: settings, and where the files are.
struct TopicFolderOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(
        name: .long,
        help: "The folder with the topic files; by default topics.folder, or else `topics`."
    )
    var folder: String?

    /// The folder that is meant.
    func folder(by values: ConfigurationValues) -> String {
        if let folder { return folder }
        let configured = values.text(.topicsFolder)
        return configured.isEmpty ? "topics" : configured
    }

    /// Reads the topic files.
    ///
    /// - Parameter values: The settings.
    /// - Returns: What they say.
    /// - Throws: An exit with code 1 after telling everything that is wrong.
    func contract(by values: ConfigurationValues) throws -> TopicContract {
        do {
            return try TopicFiles.read(folder: folder(by: values))
        } catch {
            Terminal.warn(error.description)
            throw ExitCode.failure
        }
    }

    /// Connects to the database.
    ///
    /// - Parameters:
    ///   - values: The settings.
    ///   - name: The command, for the database's list of connections and for messages.
    /// - Returns: A connection of its own.
    /// - Throws: An exit after saying why not: code 2 where none is named, 1 where none answers.
    func connection(
        by values: ConfigurationValues,
        name: String
    ) throws -> PostgresConnection {
        let dsn = values.text(.databaseDSN)
        let string = ConnectionString(dsn, applicationName: name)
        guard !dsn.isEmpty, string.isReadable else {
            Terminal.warn(
                dsn.isEmpty
                    ? "configuration: database.dsn: is required; give --database-dsn or set "
                        + ConfigurationKey.databaseDSN.environmentName
                    : "configuration: database.dsn: is no connection text of PostgreSQL"
            )
            throw ExitCode.configuration
        }
        do {
            return try PostgresConnection(string)
        } catch {
            Terminal.warn("\(name): \(error.advice)")
            throw ExitCode.failure
        }
    }
}
