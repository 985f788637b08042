import ArgumentParser
import LoadGenerator

/// What `loadtest SCENARIO` can be told.
struct RunOptions: ParsableArguments {
    @Argument(help: "A scenario's name, or the path of its file; `loadtest list` shows them.")
    var scenario: String

    @Option(
        name: .long,
        parsing: .singleValue,
        help: ArgumentHelp(
            "A parameter's value; `loadtest show SCENARIO` shows them. Repeat it for more.",
            valueName: "name=value"
        )
    )
    var set: [String] = []

    @Option(name: .long, help: "The folder with scenario files.")
    var scenarios: String?

    @Option(name: .long, help: "Seeds what is random, so that a run can be made again.")
    var seed: UInt64 = 1

    @OptionGroup(title: "The server")
    var serving: ServerOptions

    @OptionGroup(title: "The generators")
    var generating: GeneratingOptions

    @OptionGroup(title: "Results")
    var results: ResultOptions
}

/// Which server is measured.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "A server that runs already: http://, https://, ws:// or wss://. Default an own one."
    )
    var url: String?

    @Option(name: .long, help: "How the server at --url is spoken to.")
    var dialect = DialectName.realtime

    @Option(
        name: .long,
        help: """
            The secret that the server at --url checks tokens with (HS256). Better given as \
            LOADTEST_TOKEN_SECRET: everyone on a machine can read arguments.
            """
    )
    var tokenSecret: String?

    @Option(
        name: .long,
        help: "The key that connections bring to --url; also LOADTEST_API_KEY. Default a token."
    )
    var apiKey: String?

    @Option(
        name: .long,
        help: """
            The database of the server at --url, for setup and writers; also LOADTEST_DSN. \
            Scenarios change it: never give one that matters.
            """
    )
    var dsn: String?

    @Option(
        name: .long,
        help: "A file with certificates to trust for https:// and wss://. Default the system's."
    )
    var ca: String?

    @Option(
        name: .long,
        help: "The process behind --url on this machine, to see what it and its children use."
    )
    var serverProcess: Int?

    @Option(name: .long, help: "The gateway's binary. Default that beside this one, or this one.")
    var waypost: String?

    @Option(name: .long, help: "The demonstration's folder, for an own server.")
    var topics: String?

    @Option(
        name: .long,
        parsing: .singleValue,
        help: ArgumentHelp(
            "A setting of the own gateway, over the scenario's. Repeat it for more.",
            valueName: "key=value"
        )
    )
    var gateway: [String] = []
}

/// How many generators simulate the people, and where.
struct GeneratingOptions: ParsableArguments {
    @Option(name: .long, help: "Generator processes. Default one for each of their cores.")
    var generators: Int?

    @Option(name: .long, help: "Their cores, such as 2-3. Default half of the machine's.")
    var generatorCores: String?

    @Option(name: .long, help: "The own server's cores, such as 0,1. Default the others.")
    var serverCores: String?

    @Flag(name: .long, help: "Pin nothing to cores.")
    var unpinned = false

    @Option(
        name: .long,
        help: """
            Addresses to connect from, by turns: a number of addresses of 127.0.0.0/8, or \
            addresses with commas between them. Default as many as the connections need.
            """
    )
    var sources: String?

    @Option(
        name: .long,
        parsing: .singleValue,
        help: "The form of messages, 1 or 2, over the scenario's. Twice for both by turns."
    )
    var serializer: [Int] = []
}

/// What becomes of the figures.
struct ResultOptions: ParsableArguments {
    @Option(name: .long, help: "Where all figures go, as JSON, for `loadtest compare`.")
    var json: String?

    @Option(name: .long, help: "Where the report goes, a page that needs nothing else.")
    var html: String?

    @Option(
        name: .long,
        help: "Limits over the scenario's, such as p99=50ms,errors=0; they make the exit code."
    )
    var slo: String?
}
