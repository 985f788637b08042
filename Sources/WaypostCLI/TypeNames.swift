/// Makes identifiers of names that databases and people give, each once.
struct TypeNames {
    private var taken: Set<String>

    /// Starts with names that are taken.
    init(taken: Set<String> = []) {
        self.taken = taken
    }

    /// A name for a type, such as `TripFlightsRow` of `trip`, `flights` and `row`.
    mutating func type(_ parts: String...) -> String {
        let joined = parts.map { Self.words($0).map(Self.capitalized).joined() }.joined()
        return unique(Self.startsRight(joined) ? joined : "T" + joined)
    }

    /// A name for a value, such as `userId` of `user_id`.
    mutating func value(_ text: String) -> String {
        let words = Self.words(text)
        let head = words.first.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? "value"
        let joined = head + words.dropFirst().map(Self.capitalized).joined()
        return unique(Self.startsRight(joined) ? joined : "value" + joined)
    }

    private mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)\(number)"
            number += 1
        }
        return candidate
    }

    private static func words(_ text: String) -> [Substring] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }

    private static func capitalized(_ word: Substring) -> String {
        word.prefix(1).uppercased() + word.dropFirst()
    }

    private static func startsRight(_ name: String) -> Bool {
        name.first?.isLetter == true
    }
}
