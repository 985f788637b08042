import FoundationEssentials
import Measuring
import Tokens
import WebSocketClient
import Wire

/// The gateway as benchmarks start and reach it.
extension GatewayProcess {
    static let secret = "benchmarks-benchmarks-benchmarks-benchmarks"

    /// Serves a database on a core of its own while `body` runs; then SIGTERM.
    static func with<Answer: Sendable>(
        _ surroundings: Surroundings,
        _ database: BenchmarkDatabase,
        settings: [String: String] = [:],
        niceness: Int = 0,
        _ body: (GatewayProcess) async throws -> Answer
    ) async throws -> Answer {
        let all = [
            "database.dsn": database.dsn(user: "waypost"), "token.secret": secret,
            "channels.public": "allow", "limits.half_open_per_address": "10000",
            // All connections of a measurement are one person's.
            "limits.user.connections": "0", "limits.user.joins_per_second": "0",
            "limits.user.messages_per_second": "0",
        ].merging(settings) { $1 }
        let priority = niceness == 0 ? [] : ["nice", "-n", "\(niceness)"]
        let command = Core.pinned(
            priority + [surroundings.waypost],
            to: surroundings.gatewayCore
        )
        return try await serve(command, settings: all, body)
    }

    /// A token for Ana, good for an hour.
    func token(of person: String = BenchmarkDatabase.ana) throws -> String {
        let now = Int64(Date.now.timeIntervalSince1970)
        return try TokenMinter(secret: Self.secret).mint(
            role: "authenticated",
            sub: person,
            expiresAt: now + 3_600,
            issuedAt: now
        )
    }

    /// Where WebSockets are opened.
    func address(_ serializer: Serializer) throws -> WebSocketAddress {
        try WebSocketAddress(
            gateway: "http://127.0.0.1:\(port)",
            apiKey: try token(),
            serializer: serializer
        )
    }
}
