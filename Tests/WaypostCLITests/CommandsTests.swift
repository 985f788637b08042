import Foundation
import Testing
import Tokens

/// The commands that run and end, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct CommandsTests {
    @Test(
        "Help says what each command is for, with examples",
        arguments: [
            "serve", "dev", "migrate", "topics", "token", "tail", "version",
        ]
    )
    func help(name: String) async throws {
        for arguments in [[name, "--help"], ["help", name]] {
            let answer = try await Command.run(arguments)
            #expect(answer.code == 0)
            #expect(answer.standard.contains("OVERVIEW:"))
            #expect(answer.standard.contains("Example"))
            #expect(answer.standard.contains("waypost \(name)"))
        }
    }

    @Test("The command itself names all of them and the exit codes")
    func overview() async throws {
        let answer = try await Command.run(["--help"])
        #expect(answer.code == 0)
        let names = ["serve", "dev", "migrate", "topics", "token", "tail", "version", "Exit codes"]
        for name in names {
            #expect(answer.standard.contains(name))
        }
        #expect(try await Command.run(["nonsense"]).code == 64)
        #expect(try await Command.run(["serve", "--nonsense"]).code == 64)
        #expect(try await Command.run(["tail"]).code == 64)
    }

    @Test("The version is a line")
    func version() async throws {
        let answer = try await Command.run(["version"])
        #expect(answer.code == 0)
        #expect(answer.standard.firstMatch(of: /^\d+\.\d+\.\d+(-\w+)?\n$/) != nil)
        #expect(try await Command.run(["--version"]).standard == answer.standard)
    }

    @Test("A token verifies, names whom it was asked to, and lasts as long as it was asked to")
    func token() async throws {
        let secret = "a secret of the tests, of 32 bytes and more"
        let answer = try await Command.run(
            ["token", "--role", "service_role", "--sub", "somebody", "--expires-in", "15m"],
            environment: ["WAYPOST_TOKEN_SECRET": secret]
        )
        #expect(answer.code == 0)
        let now = Int64(Date.now.timeIntervalSince1970)
        let text = answer.standard.trimmingCharacters(in: .newlines)
        let claims = try TokenVerifier(secret: secret).verify(text, now: now)
        #expect(claims.role == "service_role" && claims.sub == "somebody")
        #expect((now + 840...now + 900).contains(claims.expiresAt))
    }

    @Test("A private key signs too, under its name; one that is none is named")
    func tokenByKey() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "waypost-\(UUID().uuidString).pem").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(Self.privateKey.utf8).write(to: URL(filePath: path))
        let answer = try await Command.run(["token", "--key", path, "--kid", "k", "--sub", "me"])
        #expect(answer.code == 0)
        let text = answer.standard.trimmingCharacters(in: .newlines)
        var keys = VerificationKeys()
        keys.add(try KeySet(pem: Array(Self.publicKey.utf8)))
        let now = Int64(Date.now.timeIntervalSince1970)
        #expect(try TokenVerifier(keys: keys).verify(text, now: now).sub == "me")
        for arguments in [["--key", "/nowhere"], ["--key", "/etc/hostname"], ["--kid", "k"]] {
            let wrong = try await Command.run(["token"] + arguments)
            #expect(wrong.code == 64 && wrong.standard.isEmpty, "\(arguments)")
        }
    }

    private static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIM/Xz0jXm6h7MF4fKYI8LZ7N3c+wPicBspb8JUjf4vPP
        -----END PRIVATE KEY-----
        """

    private static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEASEsoaxsb++oKIV1G8PJ9qLmV5oyJ3NKfPnVV30bxaGM=
        -----END PUBLIC KEY-----
        """

    @Test("Without a secret, or with a short one, there is no token, and the key is named")
    func noToken() async throws {
        for environment in [[:], ["WAYPOST_TOKEN_SECRET": "short"]] {
            let answer = try await Command.run(["token"], environment: environment)
            #expect(answer.code == 2)
            #expect(answer.error.contains("token.secret"))
            #expect(answer.standard.isEmpty)
        }
        let secret = ["WAYPOST_TOKEN_SECRET": "a secret of the tests, of 32 bytes and more"]
        for duration in ["x", "5", "-1h", "0s", "9999999999999999999h", "h"] {
            let answer = try await Command.run(
                ["token", "--expires-in=\(duration)"],
                environment: secret
            )
            #expect(answer.code == 64, "\(duration)")
        }
    }

    @Test("tail at a gateway that is not there goes on trying; a URL that is none is wrong usage")
    func tailNowhere() async throws {
        let command = try Command(["tail", "trip:1", "--token", "x", "--url", "http://127.0.0.1:1"])
        _ = try await command.errorLine("trying again")
        command.send(SIGTERM)
        _ = try await command.exitCode()
        let wrong = try await Command.run(["tail", "trip:1", "--token", "x", "--url", "nonsense"])
        #expect(wrong.code == 64)
    }
}
