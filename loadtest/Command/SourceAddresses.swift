/// The addresses that connections come from.
///
/// One address has some 28,000 ports, and each connection to the same server takes one.
enum SourceAddresses {
    /// Decides on them; none where the system shall choose.
    ///
    /// - Parameters:
    ///   - option: A number or addresses, as on the command line; nil for as many as are needed.
    ///   - isLoopback: Whether the server is in 127.0.0.0/8.
    ///   - connectionCount: Connections of all generators.
    ///   - portCount: Ports of one address.
    /// - Returns: Addresses that are taken by turns.
    /// - Throws: ``Unusable`` when there are too few.
    static func choose(
        _ option: String?,
        isLoopback: Bool,
        connectionCount: Int,
        portCount: Int
    ) throws(Unusable) -> [String] {
        // A tenth stays free for what else runs, and for ports that closed connections keep.
        let needed = max(1, (connectionCount * 10 + portCount * 9 - 1) / max(1, portCount * 9))
        guard let option else {
            guard needed > 1 else { return [] }
            guard isLoopback else {
                throw Unusable(
                    "\(connectionCount) connections to one server need \(needed) addresses to come "
                        + "from, as one has \(portCount) ports: name this machine's with --sources"
                )
            }
            return loopback(needed)
        }
        guard let count = Int(option) else { return try listed(option) }
        guard count >= 1, count <= loopbackCountMax else {
            throw Unusable("--sources \(option): give 1 to \(loopbackCountMax), or addresses")
        }
        guard isLoopback || count == 1 else {
            throw Unusable(
                "--sources \(option): addresses of 127.0.0.0/8 do not reach another machine; name "
                    + "this machine's, with commas between them"
            )
        }
        guard count >= needed else {
            throw Unusable(
                "--sources \(option): \(connectionCount) connections need \(needed), as one "
                    + "address has \(portCount) ports"
            )
        }
        return count == 1 ? [] : loopback(count)
    }

    private static let loopbackCountMax = 10_000

    private static func loopback(_ count: Int) -> [String] {
        (0..<count).map { "127.0.\($0 / 250).\($0 % 250 + 2)" }
    }

    private static func listed(_ text: String) throws(Unusable) -> [String] {
        let addresses = text.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        guard addresses.allSatisfy(isAddress) else {
            throw Unusable(
                "--sources \(text): give a number, or addresses such as 10.0.0.2,10.0.0.3"
            )
        }
        return addresses
    }

    private static func isAddress(_ text: String) -> Bool {
        if text.contains(":") { return text.allSatisfy { $0.isHexDigit || $0 == ":" } }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
