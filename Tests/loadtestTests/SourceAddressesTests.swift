import Testing

@testable import loadtest

@Suite struct SourceAddressesTests {
    private func choose(
        _ option: String?,
        isLoopback: Bool = true,
        _ connectionCount: Int
    ) throws -> [String] {
        try SourceAddresses.choose(
            option,
            isLoopback: isLoopback,
            connectionCount: connectionCount,
            portCount: 28_232
        )
    }

    @Test(
        "What is neither a number nor addresses is refused",
        arguments: [
            "0", "-1", "10001", "", "a", "127.0.0", "127.0.0.256", "10.0.0.1,", "1.5",
        ]
    )
    func malformed(option: String) {
        #expect(throws: Unusable.self) { _ = try choose(option, 10) }
    }

    @Test("More connections than one address has ports need more addresses elsewhere")
    func elsewhere() {
        let error = #expect(throws: Unusable.self) {
            _ = try choose(nil, isLoopback: false, 50_000)
        }
        #expect(error?.description.contains("need 2 addresses") == true)
        #expect(throws: Unusable.self) { _ = try choose("2", isLoopback: false, 50_000) }
        #expect(throws: Unusable.self) { _ = try choose("1", 50_000) }
    }

    @Test("This machine has as many addresses as are needed")
    func loopback() throws {
        #expect(try choose(nil, 25_000).isEmpty)
        #expect(try choose(nil, 26_000) == ["127.0.0.2", "127.0.0.3"])
        #expect(try choose("1", 10).isEmpty)
        #expect(try choose("3", 10) == ["127.0.0.2", "127.0.0.3", "127.0.0.4"])
        #expect(try choose("251", 10).last == "127.0.1.2")
    }

    @Test("Addresses can be named")
    func named() throws {
        let addresses = ["10.0.0.2", "10.0.0.3", "fe80::1"]
        #expect(
            try choose(addresses.joined(separator: ","), isLoopback: false, 50_000) == addresses
        )
    }
}
