/// What is done about streams of tokens among broadcasts.
public struct StreamRules: Sendable {
    /// Names that broadcasts of generated text have: refused, unless the topic's file lists them.
    public let names: Set<String>

    /// Whether texts that grow faster than people write are refused, whatever their names are.
    public let refusesGrowingTexts: Bool

    /// Sets the rules.
    ///
    /// - Parameters:
    ///   - names: Names, in any case; default none.
    ///   - refusesGrowingTexts: Default not.
    public init(names: some Sequence<String> = [], refusesGrowingTexts: Bool = false) {
        self.names = Set(names.map { $0.lowercased() })
        self.refusesGrowingTexts = refusesGrowingTexts
    }

    /// Whether broadcasts are looked at for it at all.
    var isActive: Bool { refusesGrowingTexts || !names.isEmpty }

    /// Whether a name is one of those refused: as a whole, or what stands behind its last colon.
    package func refuses(_ name: String) -> Bool {
        guard !names.isEmpty else { return false }
        let name = name.lowercased()
        if names.contains(name) { return true }
        guard let colon = name.lastIndex(of: ":") else { return false }
        return names.contains(String(name[name.index(after: colon)...]))
    }
}
