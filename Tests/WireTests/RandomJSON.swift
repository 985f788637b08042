/// Writes random JSON texts, the same ones for the same seed.
struct RandomJSON {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    /// A number below `bound`, by SplitMix64.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ word >> 31) % UInt64(bound))
    }

    /// One value, at most `depth` containers deep.
    mutating func value(depth: Int = 5) -> String {
        switch below(depth > 0 ? 10 : 7) {
        case 0: return "null"
        case 1: return "true"
        case 2: return "false"
        case 3, 4: return number()
        case 5, 6: return string()
        case 7, 8:
            let elements = (0..<below(5)).map { _ in value(depth: depth - 1) + space() }
            return "[" + space() + elements.joined(separator: "," + space()) + "]"
        default:
            let members = (0..<below(5)).map { _ in
                string() + space() + ":" + space() + value(depth: depth - 1) + space()
            }
            return "{" + space() + members.joined(separator: "," + space()) + "}"
        }
    }

    /// A string with quotes; escapes and characters of every length occur.
    mutating func string() -> String {
        let pieces = [
            "a", "Z", " ", "/", "\\/", "\\\"", "\\\\", "\\n", "\\t", "\\b", "\\f", "\\r", "\\u0041",
            "\\u00e9", "\\ud83d\\ude00", "\\u0000", "é", "€", "😀", "\u{7F}", "realtime:",
        ]
        return "\"" + (0..<below(9)).map { _ in pieces[below(pieces.count)] }.joined() + "\""
    }

    /// Between no and two bytes of white space.
    mutating func space() -> String {
        ["", "", "", " ", "\n", "\t\r"][below(6)]
    }

    /// `text` with one to three bytes changed, removed or put in.
    mutating func damaged(_ text: String) -> [UInt8] {
        let likely: [UInt8] = [0x22, 0x5C, 0x7B, 0x7D, 0x5B, 0x5D, 0x2C, 0x3A, 0x2D, 0x30, 0x75]
        var bytes = Array(text.utf8)
        for _ in 0...below(3) where !bytes.isEmpty {
            let index = below(bytes.count)
            let byte = below(2) == 0 ? likely[below(likely.count)] : UInt8(below(256))
            switch below(3) {
            case 0: bytes[index] = byte
            case 1: bytes.remove(at: index)
            default: bytes.insert(byte, at: index)
            }
        }
        return bytes
    }

    private mutating func number() -> String {
        let whole = [
            "0", "7", "42", "-1", "-0", "9007199254740993", "123456789012345678901234567890",
        ]
        let fraction = ["", "", ".5", ".000"]
        let exponent = ["", "", "e9", "E+12", "e-400"]
        return whole[below(whole.count)] + fraction[below(fraction.count)]
            + exponent[below(exponent.count)]
    }
}
