import Foundation
import Testing
import Topics

@testable import TopicFiles

/// `topics/schema.json` and the reader know the same keys.
///
/// That the schema takes what the reader takes, and refuses what it refuses, is tested by
/// `Tests/Clients/test_topic_schema.py`.
@Suite struct SchemaTests {
    private static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where the schema describes each mapping.
    private static let paths: [FileSection: [String]] = [
        .file: [],
        .parameter: ["$defs", "parameter"],
        .members: ["$defs", "members"],
        .memberPresence: ["$defs", "memberPresence"],
        .dependency: ["$defs", "dependency"],
        .change: ["$defs", "change"],
        .columns: ["$defs", "columns"],
        .broadcast: ["$defs", "broadcast"],
        .presence: ["$defs", "presence"],
        .limits: ["$defs", "limits"],
    ]

    private func schema() throws -> [String: Any] {
        let path = Self.checkout.appending(path: "topics/schema.json")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
        return try #require(parsed as? [String: Any])
    }

    /// The description of a mapping, which may be one of several things that a value can be.
    private func mapping(_ section: FileSection) throws -> [String: Any] {
        var node = try schema()
        for name in try #require(Self.paths[section]) {
            node = try #require(node[name] as? [String: Any], "no \(name)")
        }
        guard node["properties"] == nil else { return node }
        let kinds = try #require(node["anyOf"] as? [[String: Any]])
        return try #require(kinds.first { $0["properties"] != nil })
    }

    @Test("The schema has the reader's keys and no others", arguments: FileSection.allCases)
    func keys(section: FileSection) throws {
        let mapping = try mapping(section)
        let properties = try #require(mapping["properties"] as? [String: Any])
        #expect(Set(properties.keys) == Set(section.keys))
        #expect(mapping["additionalProperties"] as? Bool == false)
        #expect(Set(mapping["required"] as? [String] ?? []) == Set(section.requiredKeys))
    }

    @Test("Every key has a description, so that editors can show one")
    func descriptions() throws {
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        for section in FileSection.allCases {
            let properties = try #require(
                try mapping(section)["properties"] as? [String: [String: Any]]
            )
            for (key, value) in properties {
                let name = (value["$ref"] as? String)?.split(separator: "/").last.map(String.init)
                let referred = name.flatMap { definitions[$0]?["description"] }
                let text = value["description"] as? String ?? referred as? String
                #expect(text?.hasSuffix(".") == true, "\(section).\(key)")
            }
        }
    }

    @Test("The files that ship are read, and have no key that the database never sends")
    func shipped() throws {
        let folder = Self.checkout.appending(path: "topics").path
        let contract = try TopicFiles.read(folder: folder)
        #expect(contract.families.map(\.name) == ["session", "trip", "user"])
        for text in try TopicFiles.texts(folder: folder) {
            #expect(text.text.hasPrefix("# yaml-language-server: $schema=schema.json\n"))
            #expect(!text.text.contains("api_keys"))
        }
    }
}
