/// Reads Swift text once, byte by byte, for ``SwiftSource``.
struct SwiftScanner {
    private enum Mode {
        /// Code; inside an interpolation it ends at the parenthesis that closes it.
        case code(openParentheses: Int)
        case string(hashes: Int, isMultiline: Bool)
        case lineComment
        case blockComment(depth: Int)
    }

    private(set) var code: [UInt8] = []
    private(set) var comments: [UInt8] = []
    private let bytes: [UInt8]
    private var modes: [Mode] = [.code(openParentheses: 0)]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func scan() {
        while at < bytes.count { step() }
    }

    private mutating func step() {
        switch modes[modes.count - 1] {
        case .code(let open): stepInCode(open)
        case .string(let hashes, let isMultiline): stepInString(hashes, isMultiline)
        case .lineComment:
            if bytes[at] == UInt8(ascii: "\n") { modes.removeLast() }
            take(1, isComment: true)
        case .blockComment(let depth):
            if starts(with: "*/") {
                take(2, isComment: true)
                modes.removeLast()
                if depth > 1 { modes.append(.blockComment(depth: depth - 1)) }
            } else if starts(with: "/*") {
                take(2, isComment: true)
                modes[modes.count - 1] = .blockComment(depth: depth + 1)
            } else {
                take(1, isComment: true)
            }
        }
    }

    private mutating func stepInCode(_ open: Int) {
        if starts(with: "//") {
            modes.append(.lineComment)
            take(2, isComment: true)
        } else if starts(with: "/*") {
            modes.append(.blockComment(depth: 1))
            take(2, isComment: true)
        } else if let hashes = stringHashes() {
            take(hashes)
            let isMultiline = starts(with: "\"\"\"")
            take(isMultiline ? 3 : 1)
            modes.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else {
            if bytes[at] == UInt8(ascii: "("), modes.count > 1 {
                modes[modes.count - 1] = .code(openParentheses: open + 1)
            } else if bytes[at] == UInt8(ascii: ")"), modes.count > 1 {
                modes.removeLast()
                if open > 1 { modes.append(.code(openParentheses: open - 1)) }
            }
            take(1)
        }
    }

    private mutating func stepInString(_ hashes: Int, _ isMultiline: Bool) {
        let marks = String(repeating: "#", count: hashes)
        if starts(with: "\\" + marks + "(") {
            take(hashes + 2)
            modes.append(.code(openParentheses: 1))
        } else if starts(with: "\\" + marks) {
            take(hashes + 2, isContent: true)
        } else if starts(with: (isMultiline ? "\"\"\"" : "\"") + marks) {
            take((isMultiline ? 3 : 1) + hashes)
            modes.removeLast()
        } else {
            take(1, isContent: true)
        }
    }

    /// How many `#` stand before the quote, if a string begins here.
    private func stringHashes() -> Int? {
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - at : nil
    }

    private func starts(with text: String) -> Bool {
        bytes[at] == text.utf8.first && bytes[at...].starts(with: text.utf8)
    }

    private mutating func take(_ count: Int, isComment: Bool = false, isContent: Bool = false) {
        let end = min(at + count, bytes.count)
        for byte in bytes[at..<end] {
            let blank = byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")
            code.append(isComment || isContent ? blank : byte)
            comments.append(isComment ? byte : blank)
        }
        at = end
    }
}
