internal import FoundationEssentials

/// Paths without symbolic links, so that two spellings of one folder are equal.
enum CanonicalPath {
    /// The absolute path without links and without a slash at the end.
    static func of(_ path: String) -> String {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        return resolved.count > 1 && resolved.hasSuffix("/")
            ? String(resolved.dropLast()) : resolved
    }

    /// Sixteen hexadecimal digits that stand for a path (FNV-1a, 64 bits).
    static func hash(_ path: String) -> String {
        let value = of(path).utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
