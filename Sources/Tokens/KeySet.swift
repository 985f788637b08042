/// Keys that were published together: a JSON Web Key Set, or the blocks of a PEM file.
public struct KeySet: Sendable {
    struct Entry: Sendable {
        /// What tokens call the key; nil when nobody named it.
        let kid: String?
        let key: VerificationKey
    }

    /// Bytes that a set may have.
    public static let byteCountMax = JSONWebKeySet.byteCountMax

    /// Keys that a set may have.
    public static let keyCountMax = JSONWebKeySet.keyCountMax

    let entries: [Entry]

    /// Keys of the set that cannot be used: another kind, another use, or not well-formed.
    public let skippedCount: Int

    init(entries: [Entry], skippedCount: Int) {
        self.entries = entries
        self.skippedCount = skippedCount
    }

    /// How many keys can be used.
    public var count: Int { entries.count }

    /// Name and algorithms of each key that can be used; nothing of the keys themselves.
    public var summaries: [String] {
        entries.map { entry in
            let algorithms = entry.key.algorithms.map(\.rawValue).joined(separator: "/")
            return entry.kid.map { "\(Self.quoted($0)) \(algorithms)" } ?? algorithms
        }
    }

    /// A name from outside, fit for a terminal.
    private static func quoted(_ kid: String) -> String {
        let isPlain = kid.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) }
        return isPlain ? kid : "(\(kid.utf8.count) bytes)"
    }
}
