/// Moves every line of a text to the right; an empty line stays empty.
func indented(_ text: String, by spaceCount: Int) -> String {
    let space = String(repeating: " ", count: spaceCount)
    return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n")
}
