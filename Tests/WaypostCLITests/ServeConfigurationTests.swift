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

    @Test("--check says which keys there are by name; a file without any is an error")
    func checkKeys() async throws {
        let opaque = "sb_secret_0123456789abcdef0123_01234567"
        let set = #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-01","x":"\#(Self.point)"}]}"#
        try await withFile(set) { path in
            let arguments = ["serve", "--check", "--database-dsn", "host=db", "--set"]
            let environment = ["WAYPOST_TOKEN_OPAQUE_KEYS": "\(opaque)=service_role"]
            let answer = try await Command.run(
                arguments + ["token.jwks_file=\(path)"],
                environment: environment
            )
            #expect(answer.code == 0, "\(answer.error)")
            #expect(answer.standard.contains("# token.jwks_file: 1 of 2026-01 EdDSA\n"))
            #expect(answer.standard.contains("# token.opaque_keys: 1 of service_role\n"))
            #expect(answer.standard.contains("token.opaque_keys: (redacted)\n"))
            #expect(!(answer.standard + answer.error).contains(opaque))
            #expect(!(answer.standard + answer.error).contains(Self.point))
            let wrong = try await Command.run(arguments + ["token.public_key_file=\(path)"])
            #expect(wrong.code == 2)
            #expect(wrong.error.contains("token.public_key_file: has no block `PUBLIC KEY`"))
        }
    }

    private static let point = "SEsoaxsb--oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM"

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
