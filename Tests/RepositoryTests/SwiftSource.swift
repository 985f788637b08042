/// Swift text with its comments and string contents told apart from its code.
///
/// Positions are kept: `code` has blanks where a comment or a string's content stands, `comments`
/// has blanks everywhere else.
struct SwiftSource {
    let code: [Substring]
    let comments: [Substring]

    init(_ text: String) {
        var scanner = SwiftScanner(text)
        scanner.scan()
        code = Self.lines(scanner.code)
        comments = Self.lines(scanner.comments)
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }
}
