import Foundation
import Glibc
import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

/// `waypost dev`: a fresh folder, a page, tokens, data that stays, and nothing left behind.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DevTests {
    private func start(_ folder: String) throws -> Command {
        try Command([
            "dev", "--json", "--port", "0", "--folder", folder, "--topics", Checkout.topics,
        ])
    }

    private func ready(_ command: Command) async throws -> JSON {
        try JSON(parsing: Array(try await command.line("{").utf8))
    }

    @Test("It serves the page, the people with tokens that work, and the changes of their trips")
    func serves() async throws {
        try await DevSupport.withFolder { folder in
            let command = try start(folder)
            defer { command.send(SIGKILL) }
            let ready = try await ready(command)
            let url = try #require(ready["url"]?.stringValue)
            #expect(url.hasPrefix("http://127.0.0.1:"))
            let people = try #require(ready["people"]?.arrayValue)
            #expect(people.map { $0["name"] } == ["Ana", "Ben", "Cleo"].map { .string($0) })
            #expect(ready["trips"]?.arrayValue?.count == 3)
            let token = try #require(people[0]["token"]?.stringValue)
            let dsn = try #require(ready["dsn"]?.stringValue)
            let member = try ChannelClient(
                gateway: url,
                apiKey: token,
                deadline: .now + Command.patience
            )
            let isJoined = try await eventually(within: Command.patience) {
                try member.join("trip:1", deadline: .now + Command.patience)?.isOK == true
            }
            #expect(isJoined)
            let connection = try PostgresConnection(
                ConnectionString(dsn, applicationName: "waypost-test")
            )
            try connection.execute("UPDATE trips SET name = 'Changed once' WHERE id = 1")
            var names: [String?] = []
            while !names.contains("UPDATE") {
                guard
                    case .message(let message) = try member.next(deadline: .now + Command.patience)
                else { break }
                names.append(try JSON(parsing: message.payload.bytes)["event"]?.stringValue)
            }
            #expect(names.contains("UPDATE"))
            try expectPage(url)

            command.send(SIGTERM)
            #expect(try await command.exitCode() == 0)
            #expect(DevSupport.processes(naming: folder).isEmpty)
            try await expectKept(folder)
        }
    }

    private func expectPage(_ url: String) throws {
        let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
        for (path, part) in [
            ("/", "<script type=\"module\""), ("/page.js", "WebSocket"),
            ("/dev/info.json", "waypost tail trip:1"),
        ] {
            let stream = try RawStream(host: "127.0.0.1", port: port, deadline: .now + .seconds(10))
            let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            try stream.send(Array(request.utf8), deadline: .now + .seconds(10))
            var bytes: [UInt8] = []
            while let more = stream.receive(deadline: .now + .seconds(10)), !more.isEmpty {
                bytes += more
            }
            let answer = String(decoding: bytes, as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200"), "\(path)")
            #expect(answer.contains(part), "\(path)")
        }
    }

    /// Run again, it goes on with its data; killed, it leaves no PostgreSQL behind.
    private func expectKept(_ folder: String) async throws {
        let command = try start(folder)
        defer { command.send(SIGKILL) }
        let ready = try await ready(command)
        let names = ready["trips"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names?.contains("Changed once") == true)
        #expect(
            !DevSupport.processes(naming: folder).isEmpty,
            "PostgreSQL's command line names the folder"
        )
        command.send(SIGKILL)
        _ = try await command.exitCode()
        #expect(command.isKilled)
        let isGone = await eventually(within: Command.patience) {
            DevSupport.processes(naming: folder).isEmpty
        }
        #expect(isGone)
    }

    @Test("It binds loopback only, and says where the topics are missing")
    func refusals() async throws {
        try await DevSupport.withFolder { folder in
            let missing = try await Command.run([
                "dev", "--folder", folder, "--port", "0", "--topics", folder,
            ])
            #expect(missing.code == 1)
            #expect(missing.error.contains("no .sql files in \(folder)"))
            let everywhere = try await Command.run([
                "dev", "--folder", folder, "--port", "0", "--topics", Checkout.topics, "--host",
                "0.0.0.0",
            ])
            #expect(everywhere.code == 2)
            #expect(everywhere.error.contains("listen.host"))
            #expect(DevSupport.processes(naming: folder).isEmpty)
        }
    }
}
