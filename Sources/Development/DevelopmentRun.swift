public import Gateway
import Postgres
import PostgresCluster

/// `waypost dev`: a private PostgreSQL with the demonstration domain, and a node that serves it.
public struct DevelopmentRun: Sendable {
    /// What is ready once the node serves.
    public struct Ready: Sendable {
        /// Where the node can be reached.
        public let addresses: NodeAddresses

        /// A superuser's connection text for the demonstration database.
        public let dsn: String

        /// The people with their tokens, and the trips.
        public let content: DemonstrationPeople

        /// What to type to watch and to change a trip.
        public let commands: DevelopmentCommands
    }

    private let folder: String
    private let topics: String
    private let program: String

    /// Says where things are.
    ///
    /// - Parameters:
    ///   - folder: The checkout, which gets a folder `.waypost` for the data.
    ///   - topics: The folder with the domain's SQL and topic files.
    ///   - program: How the command is called, for the commands that are printed.
    public init(folder: String, topics: String, program: String) {
        self.folder = folder
        self.topics = topics
        self.program = program
    }

    /// The settings that development changes, over the gateway's defaults and under everything
    /// that is set by hand.
    private func settings(_ cluster: RunningCluster) -> [ConfigurationKey: String] {
        [
            .listenHost: "127.0.0.1",
            .adminPort: "0",
            .databaseDSN: cluster.dsn(database: DemonstrationDatabase.name, user: "waypost"),
            .tokenSecret: GatewayConfiguration.developmentSecret,
            .channelsPublic: "allow",
            .topicsFolder: topics,
            .logFormat: "plain",
            .logLevel: "warning",
        ]
    }

    /// Runs until SIGTERM or SIGINT; PostgreSQL is stopped with everything else.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970, for the tokens' expiry.
    ///   - configure: Answers the checked settings, given those that development brings.
    ///   - note: Called with each line that a person wants to know while it starts.
    ///   - onReady: Called once everything serves.
    /// - Throws: ``DevelopmentFailure``, `ClusterError`, `NodeFailure` or what `configure` throws.
    public func run(
        now: Int64,
        configure:
            @escaping @Sendable ([ConfigurationKey: String]) async throws ->
            ConfigurationValues,
        note: @escaping @Sendable (String) -> Void,
        onReady: @escaping @Sendable (Ready) -> Void
    ) async throws {
        try await PrivatePostgres.run(.kept(checkout: folder), note: { note("\($0)") }) { cluster in
            note("preparing the demonstration database")
            try DemonstrationDatabase(folder: topics) { database in
                cluster.dsn(database: database)
            }.prepare()
            let settings = settings(cluster)
            let values = try await configure(settings)
            try Self.checkOwn(values, settings)
            try await serve(values, cluster, now: now, onReady: onReady)
        }
    }

    private func serve(
        _ values: ConfigurationValues,
        _ cluster: RunningCluster,
        now: Int64,
        onReady: @escaping @Sendable (Ready) -> Void
    ) async throws {
        var configuration = try GatewayConfiguration(values, isDevelopment: true)
        guard configuration.listen.isLoopback else {
            throw ConfigurationProblems(problems: [
                "listen.host: `waypost dev` serves this machine only; use 127.0.0.1"
            ])
        }
        let dsn = cluster.dsn(database: DemonstrationDatabase.name)
        let content = try people(dsn, secret: values.text(.tokenSecret), now: now)
        let page = DevelopmentPage(content: content)
        configuration.pages = page.files
        try configuration.checkFiles()
        let program = program
        try await Node(configuration).run { addresses in
            let commands = DevelopmentCommands(
                program: program,
                url: addresses.url,
                socketFolder: cluster.socketFolder,
                content: content
            )
            page.learn(commands)
            onReady(
                Ready(addresses: addresses, dsn: dsn, content: content, commands: commands)
            )
        }
    }

    private func people(
        _ dsn: String,
        secret: String,
        now: Int64
    ) throws -> DemonstrationPeople {
        let connection = try PostgresConnection(
            ConnectionString(dsn, applicationName: "waypost dev")
        )
        return try DemonstrationPeople(connection, secret: secret, now: now)
    }
}
