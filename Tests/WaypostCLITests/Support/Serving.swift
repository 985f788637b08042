import Development
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Tokens
import WebSocketClient
import Wire

extension DatabaseTemplate {
    /// A migrated database with the demonstration domain, its rules, triggers and people.
    static let demonstration = DatabaseTemplate("cli_demonstration") { dsn in
        try DemonstrationDatabase(folder: Checkout.topics) { _ in dsn }.prepare()
    }
}

/// Where the files of this checkout are.
enum Checkout {
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
    static let topics = root + "/topics"
}

/// `waypost serve` on a database of its own.
struct Serving {
    static let secret = "a secret of the tests, of 32 bytes and more"
    static let ana = "a0000000-0000-4000-8000-000000000001"

    let database: TestDatabase
    let command: Command
    let url: String

    /// A token of a person.
    static func token(_ person: String = ana) throws -> String {
        let now = Int64(Date.now.timeIntervalSince1970)
        return try TokenMinter(secret: secret).mint(
            role: "authenticated",
            sub: person,
            expiresAt: now + 3_600,
            issuedAt: now
        )
    }

    /// Runs the command until `body` is over.
    static func with(
        _ arguments: [String] = [],
        _ body: (Serving) async throws -> Void
    ) async throws {
        try await with(database: .make(from: .demonstration), arguments, body)
    }

    /// Runs the command on a database, which is dropped afterwards.
    static func with(
        database: TestDatabase,
        _ arguments: [String],
        _ body: (Serving) async throws -> Void
    ) async throws {
        defer { try? database.drop() }
        let command = try Command(
            [
                "serve", "--host", "127.0.0.1", "--port", "0", "--database-dsn",
                database.waypostDSN, "--set", "admin.port=0", "--set", "listen.loops=2", "--set",
                "log.format=json",
            ] + arguments,
            environment: ["WAYPOST_TOKEN_SECRET": secret]
        )
        defer { command.send(SIGKILL) }
        let line = try await command.errorLine("Listening")
        let log = try JSON(parsing: Array(line.utf8))
        let port = try #require(log["metadata"]?["port"]?.stringValue)
        try #require(await eventually { command.error.contains("GatewayReady") })
        let serving = Serving(
            database: database,
            command: command,
            url: "http://127.0.0.1:\(port)"
        )
        try await body(serving)
    }

    /// A member of Ana's first trip.
    func joined(
        _ serializer: Serializer = .v2,
        _ options: WebSocketOptions = WebSocketOptions()
    ) throws -> ChannelClient {
        let member = try ChannelClient(
            gateway: url,
            apiKey: Self.token(),
            serializer: serializer,
            options: options,
            deadline: .now + Command.patience
        )
        let reply = try member.join("trip:1", deadline: .now + Command.patience)
        try #require(reply?.isOK == true, "\(reply?.reason ?? "no answer")")
        return member
    }
}
