import Topics
import Yams

extension FamilyReader {
    /// Reads the YAML; nil after noting why not.
    mutating func readDocument(_ text: String) -> Node? {
        guard text.utf8.count <= TopicFiles.fileByteCountMax else {
            note(
                line: 1,
                "is larger than \(TopicFiles.fileByteCountMax) bytes; a family has one file of its own"
            )
            return nil
        }
        if let (name, line) = Self.alias(in: text) {
            note(
                line: line,
                "refers to the anchor `\(name)`; anchors and aliases are not read, so write it out"
            )
            return nil
        }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                note(line: 1, "is empty; begin with `topic: name:{parameter}`")
                return nil
            }
            return root
        } catch {
            noteYAML(error, in: text)
            return nil
        }
    }

    private mutating func noteYAML(_ error: any Error, in text: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            note(line: mark.line, "is not valid YAML, column \(mark.column): \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            for key in keys {
                note(
                    line: context.mark.line,
                    "the key \(shown(key)) stands twice in the same mapping; keep one of them"
                )
            }
        case .reader(let problem, let offset, _, _):
            let line = text.prefix(offset ?? 0).count { $0.isNewline } + 1
            note(line: line, "is not valid YAML: \(problem)")
        default:
            note(line: 1, "is not valid YAML")
        }
    }

    /// Finds an alias of YAML that has an anchor before it.
    ///
    /// A few aliases can stand for more nodes than memory holds, so none is read. In SQL, `a & b`
    /// and `2 * b` have blanks and are no such thing.
    private static func alias(in text: String) -> (name: String, line: Int)? {
        var anchors: Set<Substring> = []
        var line = 1
        var index = text.utf8.startIndex
        while index < text.utf8.endIndex {
            let byte = text.utf8[index]
            index = text.utf8.index(after: index)
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") else { continue }
            let rest = text.utf8[index...]
            let end = rest.firstIndex { !isOfName($0) } ?? rest.endIndex
            let name = text[index..<end]
            guard !name.isEmpty else { continue }
            if byte == UInt8(ascii: "&") {
                anchors.insert(name)
            } else if anchors.contains(name) {
                return (String(name), line)
            }
        }
        return nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
