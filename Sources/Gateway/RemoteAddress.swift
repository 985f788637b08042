/// Where a request came from, past the proxies that are trusted.
enum RemoteAddress {
    /// The header that a proxy adds its neighbour's address to, at the end.
    static let header = "x-forwarded-for"

    /// The address, or of IPv6 the network, that a request counts for.
    ///
    /// - Parameters:
    ///   - connected: The address that TCP came from.
    ///   - forwarded: The value of ``header``; it counts only from a trusted address.
    ///   - trusted: The addresses of proxies.
    /// - Returns: The last address that is no proxy's; nil where a proxy named none.
    static func group(
        of connected: String,
        forwarded: String?,
        trusted: [String]
    ) -> String? {
        guard trusted.contains(connected) else { return group(connected) }
        let named = (forwarded ?? "").split(separator: ",").map { part in
            String(part.drop { $0 == " " }.prefix { $0 != " " })
        }
        guard let last = named.last(where: { !trusted.contains($0) }),
            last.utf8.count <= addressByteCountMax, isAddress(last)
        else { return nil }
        return group(last)
    }

    /// The longest text of an IPv6 address.
    private static let addressByteCountMax = 45

    private static func isAddress(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }

    /// What one customer has for certain: an IPv4 address, or the first half of an IPv6 one.
    private static func group(_ text: String) -> String {
        guard text.contains(":") else { return text }
        if text.contains("."), let last = text.split(separator: ":").last { return String(last) }
        let fields = text.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        var first: [String] = []
        for field in fields {
            // `::` stands for as many zeros as are missing.
            if field.isEmpty { break }
            first.append(String(field))
        }
        let padded = (first + ["0", "0", "0", "0"]).prefix(4).map { field in
            let stripped = field.drop { $0 == "0" }
            return stripped.isEmpty ? "0" : String(stripped)
        }
        return padded.joined(separator: ":") + "::"
    }
}
