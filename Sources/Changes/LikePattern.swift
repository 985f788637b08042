/// A pattern of SQL's LIKE without an escape character: `%` is any text, `_` any one character.
struct LikePattern: Hashable, Sendable {
    private let scalars: [Unicode.Scalar]

    /// Takes a pattern.
    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// Whether the whole text fits; in time of the product of both lengths at the most.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (place, position) = (0, 0)
        // Where the last `%` stood, and how much of the text it has taken so far.
        var anyAt: Int?
        var taken = 0
        while position < text.count {
            if place < scalars.count, scalars[place] == "%" {
                anyAt = place
                taken = position
                place += 1
            } else if place < scalars.count,
                scalars[place] == "_" || scalars[place] == text[position]
            {
                place += 1
                position += 1
            } else if let anyAt {
                taken += 1
                position = taken
                place = anyAt + 1
            } else {
                return false
            }
        }
        return scalars[place...].allSatisfy { $0 == "%" }
    }
}
