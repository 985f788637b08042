import Development
import Foundation
import LoadGenerator
import LoadScenarios
import Measuring
import PostgresCluster

/// A PostgreSQL with the demonstration's tables and a gateway, both thrown away after the run.
struct OwnServer: Sendable {
    private let waypost: String
    private let topics: String
    private let settings: [String: String]
    private let cores: [Int]
    private let loopCount: Int
    private let writerConnectionCount: Int

    /// Looks for what it needs.
    init(_ options: ServerOptions, _ plan: RunPlan) throws(Unusable) {
        try Self.refuseForeign(options)
        waypost = options.waypost ?? Self.besides
        guard FileManager.default.isExecutableFile(atPath: waypost) else {
            throw Unusable(
                "there is no gateway at \(waypost): build it (`swift build -c release`), or leave "
                    + "--waypost out"
            )
        }
        topics = try Self.folder(options.topics)
        settings = plan.scenario.gateway
            .merging(try RunPlan.pairs(options.gateway, option: "--gateway")) { $1 }
        cores = plan.layout.serving
        loopCount = plan.layout.loopCount
        writerConnectionCount = plan.scenario.writers.reduce(0) { $0 + $1.connectionCount }
    }

    /// The gateway that was built with this binary, which has all of it itself.
    private static var besides: String {
        let path = OwnBinary.folder + "/waypost"
        return FileManager.default.isExecutableFile(atPath: path) ? path : OwnBinary.path
    }

    private static func refuseForeign(_ options: ServerOptions) throws(Unusable) {
        let foreign = [
            ("--dialect", options.dialect != .realtime),
            ("--token-secret", options.tokenSecret != nil), ("--api-key", options.apiKey != nil),
            ("--dsn", options.dsn != nil), ("--ca", options.ca != nil),
            ("--server-process", options.serverProcess != nil),
        ]
        for (name, isGiven) in foreign where isGiven {
            throw Unusable("\(name) is for a server that runs already: give --url too")
        }
    }

    private static func folder(_ option: String?) throws(Unusable) -> String {
        let places = option.map { [$0] } ?? ["topics"] + OwnBinary.near("topics")
        let found = places.first { FileManager.default.fileExists(atPath: $0 + "/trip.yaml") }
        guard let found else {
            throw Unusable(
                "there is no folder with the demonstration's tables and topic files "
                    + "(\(places[0])): run it in the checkout, or name the folder with --topics"
            )
        }
        return URL(filePath: found).path(percentEncoded: false)
    }

    /// Serves while `body` runs, and notes what a person wants to know while it starts.
    func run<Answer: Sendable>(
        note: @escaping @Sendable (String) -> Void,
        _ body: @escaping @Sendable (ServerUnderTest) async throws -> Answer
    ) async throws -> Answer {
        note("starting a private PostgreSQL with the demonstration's tables")
        let configuration = PrivatePostgresConfiguration.throwaway(settings: databaseSettings)
        return try await PrivatePostgres.run(configuration) { cluster in
            if !cores.isEmpty {
                // Its backends come to be on the same ones.
                try await Core.pin(processID: Int(cluster.processID), to: cores)
            }
            try DemonstrationDatabase(folder: topics) { cluster.dsn(database: $0) }.prepare()
            note("starting \(waypost) serve")
            let secret = Self.randomSecret()
            return try await GatewayProcess.serve(
                Core.pinned([waypost], to: cores),
                settings: gatewaySettings(cluster, secret: secret)
            ) { gateway in
                try await body(reachable(cluster, gateway, secret: secret))
            }
        }
    }

    private func reachable(
        _ cluster: RunningCluster,
        _ gateway: GatewayProcess,
        secret: String
    ) -> ServerUnderTest {
        let names = cores.map(String.init).joined(separator: ",")
        let place = cores.isEmpty ? "" : ", on core \(names)"
        var target = ServerUnderTest(
            url: "http://127.0.0.1:\(gateway.port)",
            description: "own gateway and PostgreSQL on this machine" + place
        )
        target.tokenSecret = secret
        target.dsn = cluster.dsn(database: DemonstrationDatabase.name)
        target.gateway = gateway
        target.observed = [
            "server": .process(gateway.processID), "postgres": .family(Int(cluster.processID)),
        ]
        return target
    }

    /// A server that keeps what it was told, on a small machine.
    private var databaseSettings: [String: String] {
        [
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
            "wal_level": "replica", "max_wal_senders": "10", "max_wal_size": "4GB",
            "shared_buffers": "512MB", "max_connections": "\(200 + writerConnectionCount)",
        ]
    }

    private func gatewaySettings(_ cluster: RunningCluster, secret: String) -> [String: String] {
        [
            "database.dsn": cluster.dsn(database: DemonstrationDatabase.name, user: "waypost"),
            "token.secret": secret, "topics.folder": topics, "channels.public": "allow",
            "listen.loops": "\(loopCount)",
            // Everybody comes from a few addresses.
            "limits.half_open_per_address": "100000",
        ].merging(settings) { $1 }
    }

    private static func randomSecret() -> String {
        (0..<4).map { _ in String(UInt64.random(in: (1 << 60)...(.max)), radix: 16) }.joined()
    }
}
