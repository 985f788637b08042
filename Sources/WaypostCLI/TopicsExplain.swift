import ArgumentParser
import Gateway
import Tokens
import Topics

/// `waypost topics explain`.
struct TopicsExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say whether somebody may join a topic, and why, operand by operand.",
        discussion: """
            Asks the database as the gateway would: the same policies, as the caller's role, in a \
            READ ONLY transaction. Every part of every policy, and of the topic file's rule, is \
            shown with what it came to and the values that it saw.

            Examples:
              waypost topics explain trip:42 --as 6e1f…
              waypost topics explain trip:42 --token "$TOKEN" --event cursor
              waypost topics explain trip:42 --as 6e1f… --role anon --json

            Exit codes: 0 may join, 1 may not, or there was nobody to ask.
            """
    )

    @OptionGroup var files: TopicFolderOptions

    @Argument(help: "The topic, such as trip:42.")
    var topic: String

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who asks: the claim `sub` of a token.", valueName: "user")
    )
    var person: String?

    @Option(name: .long, help: "A token; it is verified with the configured keys.")
    var token: String?

    @Option(name: .long, help: "The role of --as; a token has its own.")
    var role: String?

    @Option(
        name: .customLong("event"),
        help: ArgumentHelp("Also say whether this broadcast is taken.", valueName: "name")
    )
    var broadcast: String?

    @Flag(name: .long, help: "Print JSON for programs, in one line.")
    var json = false

    func validate() throws {
        guard (person == nil) != (token == nil) else {
            throw ValidationError("say who asks: --as USER or --token JWT")
        }
        guard token == nil || role == nil else {
            throw ValidationError("--role goes with --as; a token has its own")
        }
    }

    func run() async throws {
        let values = try await files.options.load()
        let name: TopicName
        do {
            name = try TopicName(topic)
        } catch {
            throw ValidationError("\(topic) is no topic's name: \(Self.sentence(error))")
        }
        let contract = try contract(by: values)
        guard !values.text(.databaseDSN).isEmpty else {
            Terminal.warn("configuration: database.dsn: is required; give --database-dsn")
            throw ExitCode.configuration
        }
        let caller = try caller(by: values)
        let answer: TopicExplainer.Answer
        do {
            answer = try TopicExplainer(values, contract: contract)
                .explain(name, to: caller, broadcasting: broadcast)
        } catch {
            Terminal.warn("waypost topics explain: \(Self.sentence(error))")
            throw ExitCode.failure
        }
        Terminal.say(json ? answer.json : answer.lines.joined(separator: "\n"))
        guard answer.mayJoin else { throw ExitCode.failure }
    }

    /// The files, where there are any: without, a database is served as it is.
    private func contract(by values: ConfigurationValues) throws -> TopicContract {
        let isNamed = files.folder != nil || !values.text(.topicsFolder).isEmpty
        return isNamed ? try files.contract(by: values) : .none
    }

    private func caller(by values: ConfigurationValues) throws -> Caller {
        if let person { return Caller(person: person, role: role ?? "authenticated") }
        let check: TokenCheck
        do {
            check = try TokenCheck(values)
        } catch {
            Terminal.warn("\(error)")
            throw ExitCode.configuration
        }
        do {
            let (claims, problems) = try check.claims(of: token ?? "")
            for problem in problems { Terminal.warn(problem) }
            return Caller(role: claims.role, claims: claims.text)
        } catch {
            Terminal.warn("waypost topics explain: the token is not valid: \(error)")
            throw ExitCode.failure
        }
    }

    private static func sentence(_ malformed: TopicName.Malformed) -> String {
        switch malformed {
        case .empty: "it is empty"
        case .tooLong(let byteCount):
            "it has \(byteCount) bytes, \(TopicName.byteCountMax) is the most"
        case .nul: "it holds a NUL"
        case .prefixMissing: "it lacks its prefix"
        }
    }

    private static func sentence(_ failure: TopicExplainer.Failure) -> String {
        switch failure {
        case .notMigrated: "the database has no realtime.messages; run `waypost migrate`"
        case .database(let sqlState):
            "the database did not answer" + (sqlState.map { " (SQLSTATE \($0))" } ?? "")
        }
    }
}
