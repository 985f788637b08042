import Testing

@Suite struct CoverageTests {
    private let repository = Repository.present

    /// Lines of code above which a file needs tests of its own, or a reason.
    private static let lineCountMax = 100

    @Test("Every source file of some size has its tests, or a reason why not")
    func sourcesHaveTests() {
        // The load tool's command is tested as a command, in Tests/Clients.
        let loadtest = repository.swiftFiles(under: "loadtest").filter {
            !$0.path.hasPrefix("loadtest/Command/")
        }
        for file in repository.swiftFiles(under: "Sources") + loadtest {
            let lineCount = file.source.code.count { !$0.allSatisfy(\.isWhitespace) }
            guard lineCount > Self.lineCountMax, Self.testedElsewhere[file.path] == nil else {
                continue
            }
            #expect(
                hasTests(file),
                "\(file.path) has \(lineCount) lines of code and no tests of its name"
            )
        }
    }

    /// `Loop+sending.swift` is tested by `LoopTests`, `LoopSendingTests` or another `Loop…Tests`.
    private func hasTests(_ file: Repository.File) -> Bool {
        let type = file.name.dropLast(".swift".count).prefix { $0 != "+" }
        return repository.paths.contains { path in
            let name = path.split(separator: "/").last ?? ""
            return path.hasPrefix("Tests/\(Arrows.target(of: file))Tests/")
                && name.hasPrefix(type) && name.hasSuffix("Tests.swift")
        }
    }

    @Test("The list of files that are tested elsewhere names files that exist")
    func listIsFresh() {
        for (path, reason) in Self.testedElsewhere {
            #expect(repository.paths.contains(path), "\(path) is gone")
            #expect(!reason.isEmpty)
        }
    }

    private static let testedElsewhere: [String: String] = [
        "Sources/Observation/Metric.swift": "a table; CatalogueTests walk it",
        "Sources/TopicSchema/FoundTable.swift": "TableChecksTests hold files against what it reads",
        "Sources/TopicSchema/SchemaCatalog.swift":
            "ContractSchemaApplyTests alter what it reads, object by object",
        "Sources/TopicSchema/SchemaPlanner.swift":
            "ContractSchemaApplyTests compare its steps and what they leave",
        "Sources/TopicSchema/SchemaSurroundings.swift": "TableChecksTests make each of them",
        "Sources/WebSocketClient/Link.swift": "WebSocketClientTests and ClientSwarmTests use it",
        "loadtest/Generator/Dialects/ChannelText.swift":
            "RealtimeDialectTests and PhoenixDialectTests hold recorded frames against it",
        "loadtest/Results/ObjectiveReader.swift": "ObjectiveTests read with it",
        "loadtest/Results/Report/ReportCharts.swift": "HTMLReportTests look at the whole page",
        "loadtest/Results/Report/ReportTables.swift": "HTMLReportTests look at the whole page",
    ]
}
