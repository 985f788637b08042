/// The rules that can be told from one file's text.
enum TidyRules {
    static let fileLineCountMax = 500
    static let functionLineCountMax = 70
    static let columnCountMax = 100

    /// Files are read whole: a long one is two.
    static func fileLength(_ file: Repository.File) -> [Finding] {
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        guard count > fileLineCountMax else { return [] }
        return [Finding(path: file.path, line: count, reason: "more than 500 lines")]
    }

    /// What stands within quotes does not count: a message is one line, however long it is.
    static func columns(_ file: Repository.File) -> [Finding] {
        let long = lines(of: file) { $0.count > columnCountMax ? "more than 100 columns" : nil }
        return long.filter { finding in
            let line = file.source.code[finding.line - 1]
            let indent = line.prefix { $0 == " " }.count
            let code = line.split(separator: " ").reduce(indent) { $0 + $1.utf8.count + 1 }
            let isComment = file.source.comments[finding.line - 1].contains { $0 != " " }
            return code > columnCountMax || isComment
        }
    }

    /// What is left to do stands in an issue.
    static func leftovers(_ file: Repository.File) -> [Finding] {
        let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
        return lines(of: file) { line in
            let words = line.split { !$0.isLetter }
            return words.contains { marks.contains(String($0)) } ? "a leftover mark" : nil
        }
    }

    /// Where this was written is nobody's business, and not there for anybody else.
    static func machinePaths(_ file: Repository.File) -> [Finding] {
        let paths = ["/wo" + "rk/", "/ho" + "me/", "/tmp/" + "plan", "/tmp/" + "scratch"]
        return lines(of: file) { line in
            paths.contains { line.contains($0) } ? "the path of a machine" : nil
        }
    }

    /// Logging goes through observations, output of commands through their own writer.
    static func printing(_ file: Repository.File) -> [Finding] {
        let words = file.words
        let printers: Set<Substring> = ["print", "debugPrint", "dump", "NSLog"]
        return words.indices.compactMap { index in
            guard printers.contains(words[index].text),
                index + 1 < words.count, words[index + 1].text == "(",
                index == 0 || ![".", "func"].contains(words[index - 1].text)
            else { return nil }
            return Finding(path: file.path, line: words[index].line, reason: "prints")
        }
    }

    /// Memory by hand, and promises that the compiler cannot check.
    static func unsafeCode(_ file: Repository.File) -> [Finding] {
        let words = file.words
        return words.indices.compactMap { index in
            let word = words[index]
            let isPromise = word.text == "unchecked" && index > 0 && words[index - 1].text == "@"
            let byHand: Set<Substring> = ["unsafe", "Unmanaged", "OpaquePointer"]
            guard isPromise || byHand.contains(word.text) || word.text.hasPrefix("Unsafe") else {
                return nil
            }
            return Finding(path: file.path, line: word.line, reason: "uses \(word.text)")
        }
    }

    /// `@unchecked Sendable` needs a comment nearby, beside the documentation, that says what makes
    /// it true.
    static func uncheckedWithoutReason(_ file: Repository.File) -> [Finding] {
        let source = file.source
        return file.words.compactMap { word in
            guard word.text == "unchecked" else { return nil }
            let near = source.comments[
                max(0, word.line - 5)..<min(source.comments.count, word.line + 5)
            ]
            let hasReason = near.contains { line in
                let comment = line.drop { $0.isWhitespace }
                return comment.hasPrefix("// ") && !comment.hasPrefix("///")
            }
            guard !hasReason else { return nil }
            return Finding(
                path: file.path,
                line: word.line,
                reason: "no comment says why it is Sendable"
            )
        }
    }

    static func functionLength(_ file: Repository.File) -> [Finding] {
        SwiftFunction.all(of: file.words).compactMap { function in
            guard function.lineCount > functionLineCountMax else { return nil }
            return Finding(
                path: file.path,
                line: function.line,
                reason: "\(function.name) has \(function.lineCount) lines, more than 70"
            )
        }
    }

    private static func lines(
        of file: Repository.File,
        _ reason: (Substring) -> String?
    ) -> [Finding] {
        file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { index, line in
                reason(line).map { Finding(path: file.path, line: index + 1, reason: $0) }
            }
    }
}
