import Foundation
import Gateway
import Testing

@Suite struct ConfigurationProfileTests {
    private func load(
        _ flags: [String: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> ConfigurationValues {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("waypost-\(UUID().uuidString).yaml")
        if let file { try Data(file.utf8).write(to: path) }
        defer { try? FileManager.default.removeItem(at: path) }
        return try await ConfigurationLoader(
            flags: flags,
            environment: environment,
            filePath: file == nil ? nil : path.path
        ).load()
    }

    @Test("Supabase's profile sets its hosted defaults, wherever it is asked for")
    func supabase() async throws {
        let ways = [
            try await load(["profile": "supabase"]),
            try await load(environment: ["WAYPOST_PROFILE": "supabase"]),
            try await load(file: "profile: supabase\n"),
        ]
        for values in ways {
            for (key, number) in ConfigurationProfile.supabase.defaults {
                #expect(values.number(key) == number, "\(key)")
            }
            for (key, word) in ConfigurationProfile.supabase.words {
                #expect(values.text(key) == word, "\(key)")
            }
            #expect(values.number(.limitsNodeConnections) == 200)
            #expect(values.text(.channelsPublic) == "allow")
            #expect(values.printed.contains("limits.node.messages_per_second: 100\n"))
        }
    }

    @Test("What is set by itself wins over the profile, wherever it stands")
    func explicit() async throws {
        let values = try await load(
            ["limits.node.connections": "7"],
            environment: ["WAYPOST_PRESENCE_CALLS": "9"],
            file: "profile: supabase\nchannels:\n  public: deny\n"
        )
        #expect(values.number(.limitsNodeConnections) == 7 && values.number(.presenceCalls) == 9)
        #expect(values.text(.channelsPublic) == "deny")
        #expect(values.number(.limitsNodeMessages) == 100)
    }

    @Test("Without a profile nothing of it applies, and an unknown one is named as a problem")
    func none() async throws {
        let values = try await load()
        for key in ConfigurationKey.allCases {
            guard case .number(let number, _) = key.value else { continue }
            #expect(values.number(key) == number)
        }
        await #expect(throws: ConfigurationProblems.self) {
            _ = try await load(["profile": "supabse"])
        }
    }

    @Test(
        "Every value of a profile is within its key's range",
        arguments: ConfigurationProfile.allCases
    )
    func ranges(profile: ConfigurationProfile) {
        for (key, number) in profile.defaults {
            guard case .number(_, let range) = key.value else {
                Issue.record("\(key) is no number")
                continue
            }
            #expect(range.contains(number), "\(key)")
        }
        for (key, word) in profile.words {
            guard case .choice(_, let words) = key.value else {
                Issue.record("\(key) is no word")
                continue
            }
            #expect(words.contains(word), "\(key)")
        }
    }

    @Test("The page shows what the profile sets")
    func page() throws {
        let root = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
        let page = try String(contentsOfFile: root + "/docs/CONFIGURATION.md", encoding: .utf8)
        let profile = ConfigurationProfile.supabase
        let rows =
            profile.defaults.map { "| `\($0.rawValue)` | \($1) |" }
            + profile.words.map { "| `\($0.rawValue)` | `\($1)` |" }
        for row in rows { #expect(page.contains(row), "\(row)") }
    }
}
