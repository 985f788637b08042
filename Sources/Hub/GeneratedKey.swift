/// Makes the key of a channel that brought none: a random UUID.
enum GeneratedKey {
    /// Writes 128 random bits as a UUID of version 4.
    static func text(_ high: UInt64, _ low: UInt64) -> String {
        let first = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let second = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hexadecimal(first) + hexadecimal(second)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
