import Testing

/// `Tests/CONFORMANCE.md` against the tests that it names and the texts of `docs/ERRORS.md`.
@Suite struct ConformanceTests {
    /// One row of a table: what is said, and by which test, or why it is not, or not yet.
    private struct Row {
        let heading: String
        let cells: [String]

        var isProvoked: Bool { cells.count > 2 && cells[1] != "–" }

        /// Whether nobody says it until what it belongs to is served.
        var isLater: Bool { !isProvoked && cells[2].hasPrefix("later, ") }
    }

    private let repository = Repository.present

    @Test("Each test that is named exists, and its file has what it is named for")
    func testsExist() throws {
        let rows = try rows(of: "Tests/CONFORMANCE.md")
        #expect(rows.count > 100)
        for row in rows where row.isProvoked {
            let path = "Tests/\(row.cells[2])"
            guard let file = repository.files(where: { $0 == path }).first else {
                Issue.record("\(row.cells[0]): there is no \(path)")
                continue
            }
            let name = row.cells[1]
            let isThere =
                path.hasSuffix(".py")
                ? file.text.contains("\ndef \(name)(") : file.text.contains("\"\(name)\"")
            #expect(isThere, "\(path) has no test named \(name)")
            guard row.cells.count > 3 else { continue }
            let text = row.cells[3].isEmpty ? Self.fixedPart(row.cells[0]) : row.cells[3]
            #expect(file.text.contains(text), "\(path) does not have \(text)")
        }
    }

    @Test("Every text of the page of errors has its row, and no row is about one that is gone")
    func complete() throws {
        let page = try rows(of: "docs/ERRORS.md")
        let headings = Set(page.map(\.heading))
        let expected = Set(page.map { "\($0.heading): \($0.cells[0]) \($0.cells[1])" })
        #expect(expected.count > 80)
        let named = try rows(of: "Tests/CONFORMANCE.md").filter { headings.contains($0.heading) }
        func texts(where isMeant: (Row) -> Bool) -> Set<String> {
            Set(named.filter(isMeant).map { "\($0.heading): \($0.cells[0])" })
        }
        for text in expected.subtracting(texts { $0.isProvoked || $0.isLater }).sorted() {
            Issue.record("Tests/CONFORMANCE.md names no test that provokes \(text)")
        }
        for text in texts(where: \.isProvoked).subtracting(expected).sorted() {
            Issue.record("docs/ERRORS.md has no \(text)")
        }
    }

    @Test("What is not provoked has a reason")
    func reasons() throws {
        for row in try rows(of: "Tests/CONFORMANCE.md") where !row.isProvoked {
            #expect(row.cells.count > 2 && row.cells[2].count > 3, "\(row.cells)")
        }
    }

    /// The longest part of a text between what is filled in, without the code before it.
    private static func fixedPart(_ label: String) -> String {
        let text = label.drop { $0 != " " }.dropFirst()
        let parts = text.split(separator: "<").map { part in
            part.contains(">") ? part.drop { $0 != ">" }.dropFirst() : part
        }
        return String(parts.max { $0.count < $1.count } ?? "")
    }

    /// The rows of a page's tables, without their first two lines.
    private func rows(of path: String) throws -> [Row] {
        let page = try #require(repository.files { $0 == path }.first)
        var rows: [Row] = []
        var heading = ""
        var lineOfTable = 0
        for line in page.text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            lineOfTable = line.hasPrefix("|") ? lineOfTable + 1 : 0
            guard lineOfTable > 2 else { continue }
            rows.append(Row(heading: heading, cells: Self.cells(line)))
        }
        return rows
    }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            .map { cell in
                var text = trimmed(cell)
                // Code in Markdown stands between as many backticks on either side.
                while text.count > 2, text.first == "`", text.last == "`" {
                    text = text.dropFirst().dropLast()
                }
                return String(trimmed(text))
            }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let head = text.drop { $0 == " " }
        guard let last = head.lastIndex(where: { $0 != " " }) else { return "" }
        return head[...last]
    }
}
