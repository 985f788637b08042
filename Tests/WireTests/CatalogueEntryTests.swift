import FoundationEssentials
import Testing

@testable import Wire

/// Holds docs/ERRORS.md equal to what the gateway says to connections.
@Suite struct CatalogueEntryTests {
    /// The page's headings, each over the table of one catalogue.
    enum Section: String, CaseIterable {
        case closeCodes = "## Close codes"
        case handshakes = "## Refused handshakes"
        case joins = "## Refused joins"
        case broadcasts = "## Refused broadcasts"
        case presence = "## Refused presence"
        case requests = "## Refused requests"
        case notices = "## System notices"
        case changes = "## Notices of postgres_changes"

        var catalogue: [CatalogueEntry] {
            switch self {
            case .closeCodes: CloseCode.catalogue
            case .handshakes: HandshakeRefusal.catalogue
            case .joins: JoinRefusal.catalogue
            case .broadcasts: BroadcastRefusal.catalogue
            case .presence: PresenceRefusal.catalogue
            case .requests: RequestRefusal.catalogue
            case .notices: SystemNotice.catalogue
            case .changes: ChangesNotice.catalogue
            }
        }
    }

    @Test("The page lists exactly what each catalogue has, row by row", arguments: Section.allCases)
    func pageAgrees(section: Section) throws {
        let lines = try page().split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == section.rawValue })
        let body = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        let rows = body.filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(rows == section.catalogue.map(row))
    }

    @Test("The page has no table that no catalogue stands behind")
    func noOtherTables() throws {
        let headings = try page().split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(headings.map(String.init) == Section.allCases.map(\.rawValue))
    }

    @Test("No two entries of a catalogue look the same to whoever receives them")
    func distinct() {
        for catalogue in Section.allCases.map(\.catalogue) {
            #expect(Set(catalogue.map { "\($0.code) \($0.text)" }).count == catalogue.count)
            #expect(catalogue.allSatisfy { $0.meaning.hasSuffix(".") })
        }
    }

    private func page() throws -> String {
        // Kept with its dots: the folder of tests may be a link into the checkout.
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try String(contentsOfFile: "/\(folder)/../../docs/ERRORS.md", encoding: .utf8)
    }

    private func row(_ entry: CatalogueEntry) -> String {
        let fence = entry.text.contains("`") ? "``" : "`"
        return "| `\(entry.code)` | \(fence)\(entry.text)\(fence) | \(entry.meaning) | "
            + "\(entry.advice.rawValue) |"
    }
}
