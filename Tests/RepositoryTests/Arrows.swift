/// Which target may import what: the arrows of the architecture, and the libraries behind them.
enum Arrows {
    /// Modules of the system and the standard library that a target with system code may use.
    private static let system: Set<String> = ["Glibc", "Synchronization", "FoundationEssentials"]

    /// Every target, in order from the bottom to the top.
    static let table: [String: Set<String>] = [
        "CLibWebSockets": [], "CLibPQ": [], "CLibEv": [], "CLibEpoll": [], "CLibSSL": [],
        "Wire": [],
        "Topics": [],
        "TopicFiles": ["Topics", "Yams", "FoundationEssentials"],
        "Locking": ["Glibc"],
        "Observation": [
            "Locking", "Logging", "CoreMetrics", "SystemPackage", "FoundationEssentials",
        ],
        "Changes": ["Wire", "Topics"],
        "Presence": ["Wire", "Topics"],
        "Hub": ["Wire", "Topics", "Presence", "Locking"],
        "Tokens": ["Wire", "Crypto", "CryptoExtras", "FoundationEssentials"],
        "Postgres": system.union(["CLibPQ", "Locking"]),
        "PostgresCluster": system.union(["Subprocess", "SystemPackage"]),
        "Outbox": system.union(["Postgres", "Topics", "Locking", "Observation"]),
        "PublishedTables": ["Changes", "Postgres", "Topics", "Wire"],
        "TopicSchema": ["Postgres", "PublishedTables", "Topics", "Wire"],
        "Authorization": system.union(["Postgres", "Topics", "Locking", "Observation"]),
        "RowSecurity": system.union([
            "Changes", "Observation", "Postgres", "Topics", "Wire",
        ]),
        "WebSocketServer": system.union(["CLibWebSockets", "CLibEv", "Wire", "Locking"]),
        "WebSocketClient": system.union(["CLibEpoll", "CLibSSL", "Wire"]),
        "Gateway": system.union([
            "Locking", "Wire", "Topics", "Presence", "Observation", "Hub", "Tokens", "Postgres",
            "Outbox", "Authorization", "Changes", "PublishedTables", "RowSecurity", "TopicFiles",
            "TopicSchema", "WebSocketClient", "WebSocketServer", "Configuration",
            "Logging", "ServiceLifecycle", "UnixSignals", "Yams", "SystemPackage",
        ]),
        "Development": system.union([
            "Postgres", "PostgresCluster", "Outbox", "TopicFiles", "TopicSchema", "Topics",
            "Tokens", "Gateway", "Locking", "Observation", "Logging", "Subprocess",
            "SystemPackage", "Wire",
        ]),
        "WaypostCLI": system.union([
            "Gateway", "Development", "Outbox", "Postgres", "Tokens", "WebSocketClient", "Wire",
            "Observation", "TopicFiles", "TopicSchema", "Topics", "PostgresCluster",
            "PublishedTables", "ArgumentParser", "Logging",
            "ServiceLifecycle", "Foundation",
        ]),
        "LoadChecks": [],
        "LoadScenarios": ["FoundationEssentials", "Yams"],
        "LoadResults": system.union(["Foundation", "Histogram", "LoadChecks"]),
        "LoadGenerator": system.union([
            "Foundation", "LoadChecks", "LoadResults", "LoadScenarios", "Locking", "Postgres",
            "Tokens", "WebSocketClient", "Wire",
        ]),
        "loadtest": system.union([
            "ArgumentParser", "Development", "Foundation", "Gateway", "LoadChecks",
            "LoadGenerator", "LoadResults", "LoadScenarios", "Locking", "Measuring", "Postgres",
            "PostgresCluster", "Subprocess", "SystemPackage", "Tokens", "UnixSignals",
            "WebSocketClient", "WebSocketServer", "Wire",
        ]),
    ]

    /// The folders of the load tool, whose targets have longer names.
    static let loadtestFolders = [
        "Checks": "LoadChecks", "Scenarios": "LoadScenarios", "Results": "LoadResults",
        "Generator": "LoadGenerator", "Command": "loadtest",
    ]

    /// The target that a file belongs to.
    static func target(of file: Repository.File) -> String {
        guard file.folders.count >= 2 else { return "" }
        let folder = String(file.folders[1])
        return file.folders[0] == "loadtest" ? loadtestFolders[folder] ?? folder : folder
    }

    /// Targets that know no socket, no SQL and no clock.
    static let pure: Set<String> = ["Wire", "Topics", "Changes", "Presence", "Hub"]

    /// The imports of a file that its target has no arrow to.
    static func findings(_ file: Repository.File) -> [Finding] {
        let target = target(of: file)
        guard let allowed = table[target] else {
            return [Finding(path: file.path, line: 1, reason: "its target is not in the table")]
        }
        return imports(of: file).compactMap { module, line in
            guard !allowed.contains(module) else { return nil }
            return Finding(
                path: file.path,
                line: line,
                reason: "\(target) may not import \(module)"
            )
        }
    }

    private static func imports(of file: Repository.File) -> [(module: String, line: Int)] {
        let words = file.words
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        return words.indices.compactMap { index in
            guard words[index].text == "import", index + 1 < words.count,
                index == 0 || words[index - 1].text != "."
            else { return nil }
            let isScoped = kinds.contains(words[index + 1].text) && index + 2 < words.count
            let module = words[isScoped ? index + 2 : index + 1]
            return (String(module.text), module.line)
        }
    }
}
