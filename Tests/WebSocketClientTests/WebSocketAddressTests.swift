import Testing
import WebSocketClient

@Suite struct WebSocketAddressTests {
    @Test(
        "What is no address says what is wrong with it",
        arguments: [
            ("", WebSocketAddress.Malformed.schemeUnknown), ("example.org", .schemeUnknown),
            ("ftp://example.org", .schemeUnknown), ("//example.org", .schemeUnknown),
            ("ws://", .hostInvalid), ("ws:///path", .hostInvalid), ("ws://:80", .hostInvalid),
            ("ws://user@example.org", .hostInvalid), ("ws://a b", .hostInvalid),
            ("ws://exämple.org", .hostInvalid), ("ws://a\r\nHost: b", .hostInvalid),
            ("ws://[::1", .hostInvalid), ("ws://[]", .hostInvalid), ("ws://[x]", .hostInvalid),
            ("ws://a:", .portInvalid), ("ws://a:0", .portInvalid), ("ws://a:65536", .portInvalid),
            ("ws://a:-1", .portInvalid), ("ws://a:+80", .portInvalid),
            ("ws://[::1]80", .portInvalid),
            ("ws://user:pass@a", .portInvalid), ("ws://a/b c", .targetInvalid),
            ("ws://a/\r\nX: y", .targetInvalid), ("ws://a?\0", .targetInvalid),
            ("ws://a/ü", .targetInvalid),
        ]
    )
    func malformed(url: String, malformed: WebSocketAddress.Malformed) {
        #expect(throws: malformed) { try WebSocketAddress(url) }
    }

    @Test(
        "An address has a host, a port, a path and a query",
        arguments: [
            ("ws://a", "a", 80, "/", "a"), ("WSS://a", "a", 443, "/", "a"),
            ("http://a:4000/x/y?z=1#w", "a", 4000, "/x/y?z=1", "a:4000"),
            ("https://a:80?q", "a", 80, "/?q", "a:80"),
            ("ws://[::1]:4000/", "::1", 4000, "/", "[::1]:4000"),
            ("wss://[2001:db8::7]", "2001:db8::7", 443, "/", "[2001:db8::7]"),
        ] as [(String, String, UInt16, String, String)]
    )
    func parts(
        url: String,
        host: String,
        port: UInt16,
        target: String,
        hostHeader: String
    ) throws {
        let address = try WebSocketAddress(url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.target == target)
        #expect(address.hostHeader == hostHeader)
    }

    @Test("Query parameters are percent-encoded")
    func query() throws {
        var address = try WebSocketAddress("ws://a?x=1")
        address.appendQuery("key", "a b&c=d/ü~-._%")
        #expect(address.target == "/?x=1&key=a%20b%26c%3Dd%2F%C3%BC~-._%25")
    }
}
