/// One word or one mark of Swift code.
struct SwiftWord: Equatable {
    let text: Substring
    /// Counted from 1.
    let line: Int

    /// The words and marks of a source, without blanks, comments and string contents.
    static func all(of source: SwiftSource) -> [SwiftWord] {
        var words: [SwiftWord] = []
        for (index, line) in source.code.enumerated() {
            var at = line.utf8.startIndex
            while at < line.utf8.endIndex {
                let end =
                    isPart(line.utf8[at])
                    ? line.utf8[at...].firstIndex { !isPart($0) } ?? line.utf8.endIndex
                    : line.utf8.index(after: at)
                if line.utf8[at] != UInt8(ascii: " ") {
                    words.append(SwiftWord(text: line[at..<end], line: index + 1))
                }
                at = end
            }
        }
        return words
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }
}
