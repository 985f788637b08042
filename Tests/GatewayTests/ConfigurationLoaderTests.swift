import Foundation
import Gateway
import Testing

@Suite struct ConfigurationLoaderTests {
    private func load(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> ConfigurationValues {
        var path: String?
        if let file {
            let name = FileManager.default.temporaryDirectory
                .appendingPathComponent("waypost-\(UUID().uuidString).yaml")
            try Data(file.utf8).write(to: name)
            path = name.path
        }
        defer { if let path { try? FileManager.default.removeItem(atPath: path) } }
        return try await ConfigurationLoader(
            flags: flags,
            environment: environment,
            filePath: path
        ).load()
    }

    private func problems(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async -> [String] {
        do {
            _ = try await load(flags: flags, environment: environment, file: file)
            return []
        } catch let error as ConfigurationProblems {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test("An unknown key is named, with the key it was probably meant to be")
    func unknownKey() async throws {
        let found = await problems(file: "listen:\n  prot: 4000\n")
        #expect(found.count == 1)
        let first = try #require(found.first)
        #expect(first.contains("unknown key listen.prot"))
        #expect(first.contains("did you mean listen.port?"))
        let byFlag = await problems(flags: ["listen.prot": "4000"])
        #expect(byFlag.first?.contains("unknown key listen.prot") == true)
    }

    @Test("Every problem is reported, each naming its key")
    func allProblems() async {
        let found = await problems(
            flags: ["limits.payload_bytes": "many"],
            file: "listen:\n  port: 70000\nlog:\n  level: loud\nchannels:\n  public: maybe\n"
        )
        #expect(found.count == 4)
        for key in ["limits.payload_bytes", "listen.port", "log.level", "channels.public"] {
            #expect(found.contains { $0.hasPrefix(key + ":") }, "\(key) in \(found)")
        }
    }

    @Test("A file that cannot be read, or is no YAML, is named")
    func unreadableFile() async {
        let loader = ConfigurationLoader(flags: [:], environment: [:], filePath: "/nowhere/w.yaml")
        await #expect(throws: ConfigurationProblems.self) { try await loader.load() }
        let found = await problems(file: "listen: [")
        #expect(found.first?.contains("is not valid YAML") == true)
        let scalar = await problems(file: "just text")
        #expect(scalar.first?.contains("must hold keys and values") == true)
    }

    @Test(
        "What is wrong with a file's form is told by line and column, never by what stands there",
        arguments: [
            ("listen:\n  port: 1\ntoken:\n  secret: hunter2hunter2: foo\n", "line 4, column 25"),
            ("token:\n  secret: \"hunter2hunter2\n", "line 3, column 1"),
            ("token: [hunter2\nhunter2: }\n", "line 2, column 8"),
            ("token:\n  secret: hunter2\n  secret: hunter2\n", "line 2, column 3"),
            ("token:\n  secret: hunter2\u{1}\n", "line 2, column 18"),
            ("token:\n  secret: {hunter2: hunter2}\n", ""),
            ("token:\n  allowed_roles: [[hunter2], {hunter2: hunter2}]\n", ""),
            ("token:\n  secret: *hunter2\n", "line 2, column 11"),
        ]
    )
    func placeOfAnError(file: String, place: String) async {
        let found = await problems(file: file)
        #expect(!found.isEmpty)
        #expect(found.contains { $0.contains(place) } || place.isEmpty, "\(found)")
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }

    @Test("Flags win over the environment, the environment over the file, the file over defaults")
    func precedence() async throws {
        let file = "listen:\n  port: 1\n  loops: 1\nadmin:\n  port: 1\nlog:\n  level: debug\n"
        let values = try await load(
            flags: ["listen.port": "3"],
            environment: ["WAYPOST_LISTEN_PORT": "2", "WAYPOST_ADMIN_PORT": "2", "OTHER": "x"],
            file: file
        )
        #expect(values.number(.listenPort) == 3)
        #expect(values.number(.adminPort) == 2)
        #expect(values.number(.listenLoops) == 1)
        #expect(values.text(.logLevel) == "debug")
        #expect(values.number(.timeoutsIdleSeconds) == 60)
    }

    @Test("Lists come from the file only")
    func lists() async throws {
        let values = try await load(file: "token:\n  allowed_roles: [anon, clerk]\n")
        #expect(values.list(.tokenAllowedRoles) == ["anon", "clerk"])
        let found = await problems(flags: ["token.allowed_roles": "anon"])
        #expect(found.first?.contains("in the file only") == true)
    }

    @Test("What is printed has no secret in it")
    func redaction() async throws {
        let values = try await load(
            flags: [
                "token.secret": "a very secret secret of 32 bytes!",
                "database.dsn": "host=db password=hunter2",
            ]
        )
        #expect(!values.printed.contains("hunter2"))
        #expect(!values.printed.contains("very secret"))
        #expect(values.printed.contains("token.secret: (redacted)"))
        #expect(values.printed.contains("listen.port: 4000"))
    }

    @Test("Settings that do not fit each other are refused, all at once")
    func crossChecks() async throws {
        let values = try await load(
            flags: [
                "token.secret": "short", "listen.tls_key": "key.pem", "admin.host": "0.0.0.0",
            ],
            file: "channels:\n  kept_headers: [cookie]\n"
        )
        do {
            _ = try GatewayConfiguration(values, isDevelopment: false)
            Issue.record("it was accepted")
        } catch {
            #expect(error.problems.count == 5)
            for key in [
                "database.dsn", "listen.tls_certificate", "admin.token", "channels.kept_headers",
                "token.secret",
            ] {
                #expect(error.problems.contains { $0.hasPrefix(key) }, "\(key)")
            }
        }
    }

    @Test("`serve` refuses the secret of `dev`")
    func developmentSecret() async throws {
        let values = try await load(
            flags: [
                "token.secret": GatewayConfiguration.developmentSecret, "database.dsn": "host=db",
            ]
        )
        _ = try GatewayConfiguration(values, isDevelopment: true)
        #expect(throws: ConfigurationProblems.self) {
            try GatewayConfiguration(values, isDevelopment: false)
        }
    }
}
