/// One word or one mark of Swift code.
struct SwiftWord: Equatable {
    let text: Substring
    /// Counted from 1.
    let line: Int

    /// The words and marks of a source, without blanks, comments and string contents.
    static func all(of source: SwiftSource) -> [SwiftWord] {
        var words: [SwiftWord] = []
        for (index, line) in source.code.enumerated() {
            var rest = line
            while let first = rest.first {
                let length = isPart(first) ? rest.prefix(while: isPart).count : 1
                let text = rest.prefix(length)
                rest = rest.dropFirst(length)
                if !first.isWhitespace { words.append(SwiftWord(text: text, line: index + 1)) }
            }
        }
        return words
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
