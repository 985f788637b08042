import Testing

@Suite struct TidyTests {
    private let repository = Repository.present

    /// Files with `@unchecked Sendable`; each says in a comment what makes it true.
    private static let uncheckedFiles: Set<String> = [
        "Sources/Locking/Locked.swift",
        "Sources/Locking/Monitor.swift",
        "Sources/WebSocketServer/LoopWaker.swift",
        "Sources/WebSocketServer/PreparedLoop.swift",
    ]

    /// Targets around C libraries or the system's own calls, where memory is handled by hand.
    private static let unsafeTargets: Set<Substring> = [
        "Locking", "Postgres", "WebSocketServer", "WebSocketClient",
    ]

    @Test("The repository is read: a wrong root would make every rule hold")
    func readsTheRepository() {
        #expect(repository.paths.contains("Package.swift"))
        #expect(repository.swiftFiles(under: "Sources").count > 50)
        #expect(repository.swiftFiles(under: "Tests").count > 20)
    }

    @Test("No file has more than 500 lines")
    func fileLength() {
        expectNone(ownText.flatMap(TidyRules.fileLength))
    }

    @Test("No function has more than 70 lines")
    func functionLength() {
        expectNone(swift.flatMap(TidyRules.functionLength))
    }

    @Test("No line of Swift has more than 100 columns")
    func columns() {
        expectNone(swift.flatMap(TidyRules.columns))
    }

    @Test("Nothing is left to be done in a comment")
    func leftovers() {
        expectNone(ownText.flatMap(TidyRules.leftovers))
    }

    @Test("No file names the machine that it was written on")
    func machinePaths() {
        let texts = repository.files { Self.isText($0) }
        expectNone(texts.flatMap(TidyRules.machinePaths))
    }

    @Test("Sources do not print")
    func printing() {
        expectNone(sources.flatMap(TidyRules.printing))
    }

    @Test("Memory is handled by hand in the wrappers of C and in Locking only")
    func unsafeCode() {
        let others = (sources + repository.swiftFiles(under: "Tests")).filter { file in
            let target = file.folders.dropFirst().first ?? ""
            let tested = target.hasSuffix("Tests") ? target.dropLast("Tests".count) : target
            return !Self.unsafeTargets.contains(tested)
        }
        expectNone(others.flatMap(TidyRules.unsafeCode))
    }

    @Test("What is Sendable by promise stands in the list, with its reason beside it")
    func unchecked() {
        let promising = sources.filter { file in
            TidyRules.unsafeCode(file).contains { $0.reason == "uses unchecked" }
        }
        #expect(Set(promising.map(\.path)) == Self.uncheckedFiles)
        expectNone(promising.flatMap(TidyRules.uncheckedWithoutReason))
    }

    @Test("Declarations use one word for one idea")
    func vocabulary() {
        expectNone(
            sources.flatMap { Vocabulary.findings($0, allowed: Set(Self.allowedNames.keys)) }
        )
    }

    @Test("Names that are allowed in spite of the vocabulary still exist")
    func allowedNamesExist() {
        let found = sources.flatMap { Vocabulary.findings($0, allowed: []) }
        for name in Self.allowedNames.keys {
            let parts = name.split(separator: ":")
            #expect(
                found.contains { $0.path == parts[0] && $0.reason.hasPrefix("\(parts[1])") },
                "\(name) is not there any more"
            )
        }
    }

    /// Declarations that keep a word of someone else's, and whose word it is.
    private static let allowedNames: [String: String] = [
        "loadtest/Results/Peers/PeerComparison.swift:server": "NATS, nginx: not a node of ours"
    ]

    private var sources: [Repository.File] {
        repository.swiftFiles(under: "Sources") + repository.swiftFiles(under: "loadtest")
    }

    private var swift: [Repository.File] {
        repository.files { $0.hasSuffix(".swift") }
    }

    private var ownText: [Repository.File] {
        let kinds = [".swift", ".sql", ".py", ".sh", ".mjs", ".js", ".html", ".css", ".h"]
        return repository.files { path in
            kinds.contains { path.hasSuffix($0) } || path.hasPrefix("scripts/")
        }
    }

    private static func isText(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let kinds = [
            ".swift", ".sql", ".py", ".sh", ".mjs", ".js", ".html", ".css", ".h", ".md", ".yaml",
            ".yml", ".json", ".txt", ".modulemap",
        ]
        return kinds.contains { name.hasSuffix($0) } || !name.contains(".")
    }
}

/// Shows every finding on a line of its own.
func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
    for finding in findings {
        Issue.record("\(finding)", sourceLocation: sourceLocation)
    }
}
