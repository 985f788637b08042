import Foundation
import Glibc
import TestSupport
import Testing
import WebSocketClient
import Wire

/// What is `waypost dev`'s own: its database, its secret, and a page for this machine only.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DevOwnTests {
    private func dev(
        _ folder: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Command {
        try Command(
            ["dev", "--json", "--port", "0", "--folder", folder, "--topics", Checkout.topics]
                + arguments,
            environment: environment
        )
    }

    private func status(_ path: String, host: String, port: UInt16) throws -> String {
        let stream = try RawStream(host: "127.0.0.1", port: port, deadline: .now + .seconds(10))
        let request = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        try stream.send(Array(request.utf8), deadline: .now + .seconds(10))
        var bytes: [UInt8] = []
        while let more = stream.receive(deadline: .now + .seconds(10)), !more.isEmpty {
            bytes += more
        }
        return String(decoding: bytes.dropFirst(9).prefix(3), as: UTF8.self)
    }

    @Test("The environment's database and secret are left alone, and the page is this machine's")
    func environment() async throws {
        try await DevSupport.withFolder { folder in
            let command = try dev(
                folder,
                environment: [
                    "WAYPOST_DATABASE_DSN": "host=/nowhere password=hunter2",
                    "WAYPOST_DATABASE_LISTEN_DSN": "host=/nowhere password=hunter2",
                    "WAYPOST_TOKEN_SECRET": "hunter2 hunter2 hunter2 hunter2 hunter2",
                ]
            )
            defer { command.send(SIGKILL) }
            let ready = try JSON(parsing: Array(try await command.line("{").utf8))
            for name in ["DATABASE_DSN", "DATABASE_LISTEN_DSN", "TOKEN_SECRET"] {
                #expect(command.error.contains("WAYPOST_\(name) is ignored"))
            }
            #expect(!command.error.contains("hunter2"))
            let url = try #require(ready["url"]?.stringValue)
            let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
            let hosts = [
                ("127.0.0.1:\(port)", "200"), ("localhost", "200"), ("[::1]:1", "200"),
                ("LOCALHOST:80", "200"), ("evil.example", "403"), ("127.0.0.1.evil.example", "403"),
                ("evil.example:\(port)", "403"), ("localhost:x", "403"), ("[::1", "403"),
            ]
            for path in ["/", "/page.js", "/dev/info.json"] {
                for (host, code) in hosts {
                    #expect(try status(path, host: host, port: port) == code, "\(path) \(host)")
                }
            }
            #expect(try status("/healthz", host: "evil.example", port: port) == "200")
            command.send(SIGTERM)
            #expect(try await command.exitCode() == 0)
        }
    }

    @Test("Setting the database or the secret by a flag or the file is refused; exit code 2")
    func refused() async throws {
        try await DevSupport.withFolder { folder in
            let file = folder + "/waypost.yaml"
            try Data("token:\n  secret: hunter2 hunter2 hunter2 hunter2 hunter2\n".utf8)
                .write(to: URL(filePath: file))
            for (key, arguments) in [
                ("database.dsn", ["--database-dsn", "host=/nowhere password=hunter2"]),
                ("database.listen_dsn", ["--set", "database.listen_dsn=host=/nowhere"]),
                ("token.secret", ["--config", file]),
            ] {
                let command = try dev(folder, arguments)
                #expect(try await command.exitCode() == 2)
                #expect(command.error.contains("\(key): is `waypost dev`'s own"))
                #expect(!command.error.contains("hunter2"))
            }
            #expect(DevSupport.processes(naming: folder).isEmpty)
        }
    }

    @Test("A signal while it prepares ends it, and leaves no PostgreSQL")
    func signalWhilePreparing() async throws {
        for text in ["", "preparing"] {
            try await DevSupport.withFolder { folder in
                let command = try dev(folder)
                defer { command.send(SIGKILL) }
                if text.isEmpty {
                    let isStarting = await eventually(within: Command.patience) {
                        DevSupport.processes(naming: folder).count > 1
                    }
                    #expect(isStarting)
                } else {
                    _ = try await command.errorLine(text)
                }
                command.send(SIGTERM)
                _ = try await command.exitCode(within: .seconds(10))
                let isGone = await eventually(within: Command.patience) {
                    DevSupport.processes(naming: folder).isEmpty
                }
                #expect(isGone)
            }
        }
    }
}
