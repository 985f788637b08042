import Testing

@testable import Gateway

@Suite struct RemoteAddressTests {
    private func group(_ connected: String, _ forwarded: String? = nil) -> String? {
        RemoteAddress.group(
            of: connected,
            forwarded: forwarded,
            trusted: ["10.0.0.1", "10.0.0.2"]
        )
    }

    @Test("Without a trusted proxy the header says nothing")
    func untrusted() {
        #expect(group("192.0.2.7") == "192.0.2.7")
        #expect(group("192.0.2.7", "198.51.100.1") == "192.0.2.7")
    }

    @Test("Behind trusted proxies the last address that is none of them counts, whoever wrote more")
    func trusted() {
        #expect(group("10.0.0.1", "198.51.100.1") == "198.51.100.1")
        #expect(group("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2") == "198.51.100.1")
        #expect(group("10.0.0.1", "198.51.100.1 ,10.0.0.1") == "198.51.100.1")
    }

    @Test("A proxy that names nobody, or no address, leaves none to count for")
    func nobody() {
        for header in [
            nil, "", "10.0.0.2", "unknown", "_hidden", String(repeating: "1", count: 99),
        ] {
            #expect(group("10.0.0.1", header) == nil, "\(header ?? "-")")
        }
    }

    @Test("Of IPv6 the network counts that one customer has")
    func networks() {
        #expect(group("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::")
        #expect(group("2001:db8:1:2::9") == "2001:db8:1:2::")
        #expect(group("2001:DB8::9") == "2001:db8:0:0::")
        #expect(group("10.0.0.1", "2001:0db8:1:2:ffff::") == "2001:db8:1:2::")
        #expect(group("::1") == "0:0:0:0::")
        #expect(group("::ffff:192.0.2.7") == "192.0.2.7")
    }
}
