import Testing

@Suite struct CoverageTests {
    private let repository = Repository.present

    /// Lines of code above which a file needs tests of its own.
    private static let lineCountMax = 60

    @Test("Every source file of some size has its tests, or a reason why not")
    func sourcesHaveTests() {
        for file in repository.swiftFiles(under: "Sources") {
            let lineCount = SwiftSource(file.text).code.count { !$0.allSatisfy(\.isWhitespace) }
            guard lineCount > Self.lineCountMax, Self.testedElsewhere[file.path] == nil else {
                continue
            }
            let target = file.folders[1]
            let stem = file.name.dropLast(".swift".count)
            let names = [stem, stem.prefix { $0 != "+" }].map { "\($0)Tests.swift" }
            #expect(
                repository.paths.contains { path in
                    path.hasPrefix("Tests/\(target)Tests/")
                        && names.contains(path.split(separator: "/").last.map(String.init) ?? "")
                },
                "\(file.path) has \(lineCount) lines of code and no tests of its name"
            )
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
        "Sources/Observation/LogCode+definitions.swift": "a table; CatalogueTests walk it",
        "Sources/Observation/LogCode.swift": "a table; CatalogueTests walk it",
        "Sources/Observation/Metric+definitions.swift": "a table; CatalogueTests walk it",
        "Sources/Observation/Metric.swift": "a table; CatalogueTests walk it",
    ]
}
