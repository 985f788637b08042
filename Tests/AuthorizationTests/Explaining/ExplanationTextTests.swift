import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@Suite("An explanation as text")
struct ExplanationTextTests {
    @Test("What a terminal would obey is spelled out")
    func controls() async throws {
        let lines = try await Explaining.lines(
            "CREATE POLICY open ON realtime.messages TO authenticated USING (topic = 'a')",
            topic: "\u{1B}[2J\u{202E}gnp\u{200B}\r",
            sub: "\u{9B}31m"
        )
        let text = lines.joined()
        #expect(text.contains("\\u{1B}[2J\\u{202E}gnp\\u{200B}\\u{D}"))
        #expect(
            text.unicodeScalars.allSatisfy {
                ![.control, .format].contains($0.properties.generalCategory)
            }
        )
    }

    @Test("Nothing is wider than the terminal, however long its words are")
    func narrow() async throws {
        let long = String(repeating: "x", count: 900)
        let lines = try await Explaining.lines(
            """
            CREATE POLICY open ON realtime.messages TO authenticated
            USING (topic = '\(long)' OR topic = 'a b' AND (topic = 'c' OR NOT topic = 'd'))
            """,
            topic: long,
            sub: String(repeating: "y z ", count: 100)
        )
        #expect(lines.allSatisfy { $0.count <= ExplanationText.columnCount })
        #expect(lines.joined().filter { $0 == "x" }.count >= 900 + 200)
        #expect(lines.contains { $0.contains("…") })
    }
}
