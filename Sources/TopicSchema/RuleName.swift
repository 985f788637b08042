/// The names of what belongs to a family in the database.
enum RuleName {
    /// Bytes of UTF-8 that PostgreSQL keeps of a name.
    static let byteCountMax = 63

    /// The name of a rule's function in schema `realtime`, not quoted.
    static func function(_ family: String, _ rule: FamilyRule) -> String {
        named("member_", family, rule)
    }

    /// The name of a rule's policy on `realtime.messages`, not quoted.
    static func policy(_ family: String, _ rule: FamilyRule) -> String {
        named("waypost_", family, rule)
    }

    /// Puts a name together; with a hash where it would be too long, or another family's as well:
    /// `a_presence` and its rule `read`, `a` and its rule `presence_read`.
    private static func named(_ prefix: String, _ family: String, _ rule: FamilyRule) -> String {
        let name = "\(prefix)\(family)_\(rule.rawValue)"
        guard family.hasSuffix("_presence") || name.utf8.count > byteCountMax else { return name }
        let suffix = "_\(Digest.of([family, rule.rawValue]))_\(rule.rawValue)"
        var kept = prefix + family
        while kept.utf8.count + suffix.utf8.count > byteCountMax {
            kept.unicodeScalars.removeLast()
        }
        return kept + suffix
    }
}

/// Tells texts apart in few characters.
enum Digest {
    /// FNV-1a of texts and their borders, 64 bits, in hexadecimal digits.
    static func of(_ texts: [String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // No byte of UTF-8 is this one.
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
