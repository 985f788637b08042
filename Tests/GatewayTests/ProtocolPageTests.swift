import Foundation
import Testing
import Wire

@testable import Gateway

@Suite struct ProtocolPageTests {
    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/PROTOCOL.md")

    @Test("The page names every path, every message and every plain route that is served")
    func everythingServed() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for path in Handshake.paths { #expect(text.contains("`\(path)`")) }
        for name in MessageName.allCases {
            #expect(text.contains("`\(name.rawValue)`"), "\(name.rawValue)")
        }
        let routes = [
            "/healthz", "/readyz", "/metrics", "/api/ping", "/healthcheck", "POST /api/broadcast",
            "POST /api/broadcast/{topic}/events/{event}",
        ]
        for route in routes { #expect(text.contains("`\(route)`"), "\(route)") }
    }
}
