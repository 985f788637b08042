import Testing

@Suite struct ArrowTests {
    private let repository = Repository.present

    @Test("Every import in Sources and loadtest follows an arrow of the architecture")
    func imports() {
        expectNone(repository.swiftFiles(under: "Sources").flatMap(Arrows.findings))
        expectNone(repository.swiftFiles(under: "loadtest").flatMap(Arrows.findings))
    }

    @Test("The arrows have no circle")
    func noCircles() {
        var settled: Set<String> = []
        var remaining = Arrows.table.mapValues { $0.intersection(Arrows.table.keys) }
        while let next = remaining.first(where: { settled.isSuperset(of: $0.value) }) {
            settled.insert(next.key)
            remaining[next.key] = nil
        }
        #expect(remaining.keys.sorted() == [])
    }

    @Test("Pure targets stand on pure targets and on locks, and on nothing of the system")
    func pureTargets() {
        for target in Arrows.pure {
            let imports = Arrows.table[target] ?? ["its row"]
            #expect(imports.subtracting(Arrows.pure).subtracting(["Locking"]) == [])
        }
    }

    @Test("Each C library has one importer")
    func oneImporter() {
        for library in Arrows.table.keys where library.hasPrefix("CLib") {
            #expect(Arrows.table.count { $0.value.contains(library) } == 1, "\(library)")
        }
    }

    @Test("Every folder of Sources is in the table and in Package.swift")
    func everyTarget() throws {
        let file = try #require(repository.files { $0 == "Package.swift" }.first)
        let package = file.text.filter { !$0.isWhitespace }
        let targets = Set(
            repository.paths.filter { $0.hasPrefix("Sources/") }
                .map { String($0.split(separator: "/")[1]) }
        )
        #expect(targets.subtracting(Arrows.table.keys) == [])
        for target in targets { #expect(package.contains("\"\(target)\""), "\(target)") }
        let tests = Set(
            repository.paths.filter { $0.hasPrefix("Tests/") && $0.hasSuffix("Tests.swift") }
                .map { String($0.split(separator: "/")[1]) }
        )
        for target in tests {
            let tested = target.dropLast("Tests".count)
            #expect(
                package.contains("\"\(target)\"")
                    || package.contains("testsOf(\"\(tested)\""),
                "\(target)"
            )
        }
    }

    @Test("A planted import is found, whatever stands before it")
    func plantedImports() {
        let text = """
            // import Postgres
            public import Wire
            @preconcurrency internal import Postgres
            import struct Topics.TopicName
            import func Glibc.write
            let text = "import Outbox"
            """
        let file = Repository.File(path: "Sources/Hub/Planted.swift", text: text)
        #expect(Arrows.findings(file).map(\.line) == [3, 5])
        #expect(
            Arrows.findings(Repository.File(path: "Sources/New/A.swift", text: text)).count == 1
        )
    }
}
