import Foundation
import Testing

@Suite struct DocumentTests {
    private let repository = Repository.present

    @Test(
        "The pages that a reader looks for are there and say something",
        arguments: [
            "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md",
            "docs/PROTOCOL.md", "docs/CONFIGURATION.md", "docs/ERRORS.md", "docs/METRICS.md",
            "docs/PERFORMANCE.md", "docs/TOPICS.md", "docs/LOADTEST.md",
        ]
    )
    func pages(path: String) throws {
        let page = try #require(repository.files { $0 == path }.first, "\(path) is missing")
        #expect(page.text.hasPrefix("# "))
        #expect(page.text.split(separator: "\n").count > 5)
    }

    @Test("Links between files lead somewhere")
    func links() {
        for page in repository.files(where: { $0.hasSuffix(".md") }) {
            for part in page.text.split(separator: "](").dropFirst() {
                let target = part.prefix { $0 != ")" && $0 != "#" }
                guard !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") else {
                    continue
                }
                let folder = page.folders.joined(separator: "/")
                let path = URL(filePath: "\(repository.root)/\(folder)/\(target)").standardized
                #expect(
                    FileManager.default.fileExists(atPath: path.path),
                    "\(page.path) links to \(target)"
                )
            }
        }
    }

    @Test("Decisions have numbers of their own and say what, why and how we would know")
    func decisions() {
        let pages = repository.files { $0.hasPrefix("docs/decisions/") && $0.hasSuffix(".md") }
        let numbers = pages.compactMap { Int($0.name.prefix(4)) }
        #expect(numbers.count == pages.count && Set(numbers).count == pages.count)
        #expect(numbers.first == 1)
        let headings = [
            "## Context", "## Decision", "## Alternatives", "## Consequences",
            "## How we would know that it was wrong",
        ]
        for page in pages {
            let lines = page.text.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0.hasPrefix("## ") } == headings, "\(page.path)")
            #expect(lines.count <= 80, "\(page.path) is longer than a page")
        }
    }
}
