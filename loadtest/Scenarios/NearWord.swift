/// Finds the word that somebody probably meant.
package enum NearWord {
    /// Ends a message about an unknown word: which one was meant, or which there are.
    package static func hint(_ unknown: String, among words: [String]) -> String {
        guard !words.isEmpty else { return "; there are none" }
        let near = words.map { (word: $0, distance: distance($0, unknown)) }
            .min { $0.distance < $1.distance }
        guard let near, near.distance <= max(1, near.word.utf8.count / 3) else {
            return "; there are \(words.joined(separator: ", "))"
        }
        return "; did you mean `\(near.word)`?"
    }

    /// The Levenshtein distance; for a word more than twice as long its length.
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.utf8)
        let second = Array(second.utf8)
        guard second.count <= 2 * first.count else { return second.count }
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
