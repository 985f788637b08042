import Foundation
import Gateway
import Testing

@Suite struct ConfigurationKeyTests {
    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/CONFIGURATION.md")

    /// The line of the page's table that a key must have.
    private static func row(_ key: ConfigurationKey) -> String {
        let (type, range, usual): (String, String, String) =
            switch key.value {
            case .text(let text): ("text", "", text.isEmpty ? "not set" : "`\(text)`")
            case .number(let number, let range):
                ("number", "\(range.lowerBound) to \(range.upperBound)", "\(number)")
            case .choice(let word, let words): ("word", words.joined(separator: ", "), "`\(word)`")
            case .list(let texts):
                ("list", "", texts.isEmpty ? "empty" : texts.joined(separator: ", "))
            }
        let kind = key.isSecret ? "\(type), secret" : type
        return "| `\(key.rawValue)` | \(kind) | \(usual) | \(range) | \(key.summary) |"
    }

    @Test("The page lists every key as the code has it, and no other")
    func everyKey() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let table = text.split(separator: "## Logins")[0]
        let listed = table.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
        let expected = ConfigurationKey.allCases.map(Self.row)
        for (row, wanted) in zip(listed, expected) { #expect(row == wanted) }
        #expect(listed.count == expected.count)
    }
}
