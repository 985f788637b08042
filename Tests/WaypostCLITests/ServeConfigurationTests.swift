import Foundation
import Glibc
import Postgres
import TestSupport
import Testing
import WebSocketClient

/// What `waypost serve` says of its configuration, and with which exit code.
@Suite(.timeLimit(.minutes(2))) struct ServeConfigurationTests {
    private static let secret = "a secret of the tests, of 32 bytes and more"

    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "waypost-\(UUID().uuidString).yaml").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test("--check prints every setting, secrets redacted, and does not serve")
    func check() async throws {
        try await withFile("listen:\n  port: 4321\nlog:\n  level: debug\n") { path in
            let answer = try await Command.run(
                [
                    "serve", "--config", path, "--check", "--database-dsn",
                    "host=db password=hidden", "--log-level", "error",
                ],
                environment: ["WAYPOST_TOKEN_SECRET": Self.secret, "WAYPOST_ADMIN_PORT": "9999"]
            )
            #expect(answer.code == 0)
            let lines = Set(answer.standard.split(separator: "\n").map(String.init))
            for line in [
                "listen.port: 4321", "log.level: error", "admin.port: 9999",
                "token.secret: (redacted)", "database.dsn: (redacted)", "admin.token: (not set)",
                "limits.message_bytes: 5000000",
                "token.allowed_roles: [anon, authenticated, service_role]",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(!(answer.standard + answer.error).contains("hidden"))
            #expect(!(answer.standard + answer.error).contains(Self.secret))
        }
    }

    @Test("An unknown key is named, with the one that was probably meant; exit code 2")
    func unknownKey() async throws {
        try await withFile("listen:\n  prot: 4000\nlimit:\n  x: 1\n") { path in
            let answer = try await Command.run(["serve", "--config", path])
            #expect(answer.code == 2)
            #expect(answer.error.contains("unknown key listen.prot"))
            #expect(answer.error.contains("did you mean listen.port?"))
            #expect(answer.error.contains("unknown key limit"))
        }
        let flag = try await Command.run(["serve", "--set", "listen.prot=1"])
        #expect(flag.code == 2 && flag.error.contains("unknown key listen.prot"))
    }

    @Test("A file that cannot be read or is no YAML is named; exit code 2")
    func unreadable() async throws {
        for path in ["/nowhere/waypost.yaml", "/"] {
            let answer = try await Command.run(["serve", "--config", path])
            #expect(answer.code == 2 && answer.error.contains(path))
        }
        for text in ["a: [", "- 1", "\u{0}\u{1}: {"] {
            try await withFile(text) { path in
                let answer = try await Command.run(["serve", "--config", path])
                #expect(answer.code == 2 && answer.error.contains(path), "\(answer.error)")
            }
        }
    }

    @Test("Settings of the wrong kind are named, all at once; exit code 2")
    func wrongValues() async throws {
        try await withFile("limits:\n  payload_bytes: many\n") { path in
            let answer = try await Command.run(
                ["serve", "--config", path, "--set", "listen.port=70000", "--log-level", "loud"],
                environment: ["WAYPOST_TIMEOUTS_IDLE_SECONDS": "x"]
            )
            #expect(answer.code == 2)
            for key in [
                "limits.payload_bytes", "listen.port", "log.level", "timeouts.idle_seconds",
            ] {
                #expect(answer.error.contains(key), "\(key): \(answer.error)")
            }
        }
    }

    @Test("serve refuses to run without a secret, with a short one, or with that of development")
    func secrets() async throws {
        let development = "waypost-development-secret-known-to-everybody"
        for secret in ["", "short", development] {
            let answer = try await Command.run(
                ["serve", "--database-dsn", "host=/nowhere"],
                environment: ["WAYPOST_TOKEN_SECRET": secret]
            )
            #expect(answer.code == 2)
            #expect(answer.error.contains("token.secret"))
        }
    }

    @Test("A port that is taken is named; exit code 1")
    func portTaken() async throws {
        try await Serving.with { serving in
            let port = try #require(serving.url.split(separator: ":").last)
            let answer = try await Command.run(
                [
                    "serve", "--host", "127.0.0.1", "--port", "\(port)", "--set", "admin.port=0",
                    "--database-dsn", serving.database.waypostDSN,
                ],
                environment: ["WAYPOST_TOKEN_SECRET": Self.secret]
            )
            #expect(answer.code == 1)
            #expect(answer.error.contains("port \(port) of 127.0.0.1 is taken"))
            #expect(answer.error.contains("listen.port"))
            #expect(try serving.joined().heartbeat(deadline: .now + Command.patience)?.isOK == true)
        }
    }

    @Test("A certificate that is not there is named")
    func certificate() async throws {
        let answer = try await Command.run(
            [
                "serve", "--host", "127.0.0.1", "--port", "0", "--set", "admin.port=0",
                "--database-dsn", "host=/nowhere", "--set", "listen.tls_certificate=/nowhere/c.pem",
                "--set", "listen.tls_key=/nowhere/k.pem",
            ],
            environment: ["WAYPOST_TOKEN_SECRET": Self.secret]
        )
        #expect(answer.code == 1 || answer.code == 2)
        #expect(answer.error.contains("/nowhere/"))
    }

    @Test("A database without the schema is refused with what to do; exit code 2")
    func unsuitable() async throws {
        try await TestDatabase.with { database in
            let answer = try await Command.run(
                [
                    "serve", "--host", "127.0.0.1", "--port", "0", "--set", "admin.port=0",
                    "--database-dsn", database.superuserDSN,
                ],
                environment: ["WAYPOST_TOKEN_SECRET": Self.secret]
            )
            #expect(answer.code == 2)
            #expect(answer.error.contains("waypost migrate"), "\(answer.error)")
        }
    }
}
