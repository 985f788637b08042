/// Writes the response to an accepted join.
public enum JoinResponse {
    /// Writes the object under which libraries look for what became of their bindings.
    ///
    /// Each binding goes back as it was written, with an `id` added: some libraries compare the
    /// keys one by one, others refuse keys that they do not know.
    ///
    /// - Parameter bindings: Objects, in the order of the join; empty when none were asked for.
    /// - Returns: An object whose `postgres_changes` is always there.
    public static func json(bindings: [JSONText]) -> JSONText {
        let byteCount = bindings.reduce(32) { $0 + $1.bytes.count + 20 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        bytes.append(contentsOf: #"{"postgres_changes":["#.utf8)
        for (index, binding) in bindings.enumerated() {
            precondition(binding.isObject, "a binding is an object")
            if index > 0 { bytes.append(.comma) }
            bytes.append(contentsOf: binding.bytes.dropLast())
            let inside = JSONScanner.endOfSpace(binding.bytes.span, from: 1)
            if binding.bytes[inside] != .closeBrace { bytes.append(.comma) }
            bytes.append(contentsOf: #""id":\#(id(of: binding))}"#.utf8)
        }
        bytes.append(contentsOf: "]}".utf8)
        return JSONText(trusted: bytes)
    }

    /// The number of a binding: the same for the same text, 1 to 2²⁷ - 1.
    ///
    /// Libraries keep it in 32 bits with a sign, and take zero for none.
    public static func id(of binding: JSONText) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in binding.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let folded = Int((hash ^ hash >> 27 ^ hash >> 54) & 0x7FF_FFFF)
        return max(folded, 1)
    }
}
