import Glibc
import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

/// `waypost tail`.
@Suite(.timeLimit(.minutes(2))) struct TailTests {
    @Test("A change is a line for people, or one of JSON")
    func prints() async throws {
        try await Serving.with { serving in
            let token = try Serving.token()
            let arguments = ["tail", "trip:1", "--url", serving.url, "--token", token]
            let human = try Command(arguments)
            let json = try Command(arguments + ["--json"])
            for command in [human, json] { _ = try await command.errorLine("joined trip:1") }
            try serving.database.connect().execute("UPDATE trips SET name = 'Évora' WHERE id = 1")
            let line = try await human.line("UPDATE trips")
            #expect(line.contains("id=1"))
            #expect(line.contains(#"name: "Lisbon in spring" → "Évora""#))
            let object = try JSON(parsing: Array(try await json.line(#""event":"UPDATE""#).utf8))
            #expect(object["topic"] == .string("realtime:trip:1"))
            #expect(object["event"] == .string("broadcast"))
            #expect(object["payload"]?["payload"]?["record"]?["name"] == .string("Évora"))
            for line in json.standard.split(separator: "\n") {
                #expect(throws: Never.self) { try JSON(parsing: Array(line.utf8)) }
            }
            for command in [human, json] {
                command.send(SIGINT)
                _ = try await command.exitCode()
            }
        }
    }

    @Test("Bytes are counted for people, and base 64 in JSON")
    func bytes() async throws {
        try await Serving.with { serving in
            let arguments = ["tail", "trip:1", "--url", serving.url, "--token"]
            let human = try Command(arguments + [try Serving.token()])
            let json = try Command(arguments + [try Serving.token(), "--json"])
            for command in [human, json] { _ = try await command.errorLine("joined trip:1") }
            try serving.database.connect()
                .execute("SELECT realtime.send_binary('\\x00ff10', 'blob', 'trip:1')")
            #expect(try await human.line("blob").hasSuffix("blob  3 bytes"))
            let object = try JSON(parsing: Array(try await json.line(#""event":"blob""#).utf8))
            #expect(object["bytes"] == .string("AP8Q"))
            #expect(object["payload"]?["payload"] == nil)
            for command in [human, json] {
                command.send(SIGINT)
                _ = try await command.exitCode()
            }
        }
    }

    @Test("A refused join or handshake ends with the reason and exit code 1")
    func refused() async throws {
        try await Serving.with { serving in
            let token = try Serving.token()
            let stranger = try await Command.run(
                ["tail", "trip:3", "--url", serving.url, "--token", token]
            )
            #expect(stranger.code == 1)
            let reason =
                "Unauthorized: You do not have permissions to read from this Channel topic: trip:3"
            #expect(stranger.error.contains(reason))
            let badToken = try await Command.run(
                ["tail", "trip:1", "--url", serving.url, "--token", "nonsense"]
            )
            #expect(badToken.code == 1)
            #expect(badToken.error.contains("The token provided is not a valid JWT"))
        }
    }

    @Test("When the gateway goes away, tail joins again once it is back")
    func reconnects() async throws {
        try await Serving.with { serving in
            let token = try Serving.token()
            let tail = try Command(["tail", "trip:1", "--url", serving.url, "--token", token])
            _ = try await tail.errorLine("joined trip:1")
            serving.command.send(SIGTERM)
            _ = try await tail.errorLine("closed with 1012")
            #expect(try await serving.command.exitCode() == 0)
            _ = try await tail.errorLine("trying again")
            let port = String(try #require(serving.url.split(separator: ":").last))
            let next = try Command(
                [
                    "serve", "--host", "127.0.0.1", "--port", port, "--set", "admin.port=0",
                    "--database-dsn", serving.database.waypostDSN,
                ],
                environment: ["WAYPOST_TOKEN_SECRET": Serving.secret]
            )
            defer { next.send(SIGKILL) }
            #expect(
                await eventually(within: Command.patience) {
                    tail.error.split(separator: "\n").count { $0 == "joined trip:1" } == 2
                }
            )
            tail.send(SIGINT)
            _ = try await tail.exitCode()
        }
    }
}
