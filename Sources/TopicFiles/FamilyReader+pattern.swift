import Topics
import Yams

extension FamilyReader {
    /// Parameters that a pattern may have.
    private static let parameterCountMax = 8

    /// Bytes of a family's name: the functions made of it must fit into a name of PostgreSQL.
    private static let familyByteCountMax = 40

    /// The pattern with its parameters' types; nil after noting why not.
    mutating func readPattern(_ entries: [String: Entry]) -> TopicPattern? {
        let types = entries["parameters"].map { readParameterTypes($0.value) }
        guard let entry = entries["topic"], let text = readText(entry.value, "topic") else {
            return nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let family = String(parts[0])
        let problemCount = problems.count
        checkFamily(family, entry.value)
        let names = parts.dropFirst().compactMap { readParameterName($0, entry.value) }
        if parts.count < 2 {
            note(
                entry.value,
                "the pattern \(shown(text)) has no parameter; write it like trip:{trip_id}"
            )
        }
        if names.count > Self.parameterCountMax {
            note(entry.value, "a pattern has at most \(Self.parameterCountMax) parameters")
        }
        for name in Set(names) where names.count(where: { $0 == name }) > 1 {
            note(entry.value, "the parameter `\(name)` stands twice in the pattern")
        }
        guard let types else { return nil }
        for name in names where types[name] == nil {
            note(
                entry.value,
                "the parameter `\(name)` has no type; add `\(name): bigint` (or uuid, or a text "
                    + "with a pattern) to parameters"
            )
        }
        for (name, type) in types.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            note(
                type.key,
                "the parameter `\(name)` does not stand in the pattern \(shown(text)); take it "
                    + "away, or add {\(name)} there"
            )
        }
        guard problems.count == problemCount else { return nil }
        let parameters = names.compactMap { name in
            types[name]?.type.map { TopicPattern.Parameter(name: name, type: $0) }
        }
        guard parameters.count == names.count else { return nil }
        return TopicPattern(family: family, parameters: parameters)
    }

    private mutating func checkFamily(_ family: String, _ node: Node) {
        let isWord =
            family.utf8.first.map(Spelling.isLetter) == true
            && family.utf8.allSatisfy {
                Spelling.isLetter($0) || Spelling.isDigit($0) || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "-")
            }
        if !isWord {
            note(
                node,
                "the family's name \(shown(family)) must begin with a letter of ASCII and have "
                    + "only letters, digits, `_` and `-`"
            )
        }
        if family.utf8.count > Self.familyByteCountMax {
            note(node, "the family's name is longer than \(Self.familyByteCountMax) bytes")
        }
        if family.hasSuffix("_presence") {
            note(
                node,
                "a family's name cannot end in `_presence`: the functions of its rules would be "
                    + "named like those of another family; choose another name"
            )
        }
    }

    private mutating func readParameterName(_ part: Substring, _ node: Node) -> String? {
        guard part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 else {
            note(
                node,
                "\(shown(String(part))) is no parameter in braces; what follows the family's name "
                    + "is {name}, or several of them with colons between"
            )
            return nil
        }
        let name = String(part.dropFirst().dropLast())
        guard Spelling.isParameter(name) else {
            note(
                node,
                "the parameter's name \(shown(name)) must be lower case letters of ASCII, digits "
                    + "and `_`, begin with a letter and have at most \(Spelling.nameByteCountMax) "
                    + "bytes: rules use it as SQL does"
            )
            return nil
        }
        guard !Spelling.isReserved(name) else {
            note(
                node,
                "the parameter `\(name)` means something else in SQL or in our functions; choose "
                    + "another name, such as `trip_id`"
            )
            return nil
        }
        return name
    }

    private typealias Types = [String: (key: Node, type: TopicPattern.ParameterType?)]

    private mutating func readParameterTypes(_ node: Node) -> Types {
        guard let mapping = node.mapping else {
            note(node, "parameters must name each parameter and its type: { trip_id: bigint }")
            return [:]
        }
        var types: Types = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                note(key, "a parameter's name must be a text")
                continue
            }
            types[name] = (key, readParameterType(value, name))
        }
        return types
    }

    private mutating func readParameterType(
        _ node: Node,
        _ name: String
    ) -> TopicPattern.ParameterType? {
        guard node.mapping != nil else {
            return readSimpleType(node, name, pattern: nil)
        }
        guard let entries = readEntries(of: node, .parameter), let type = entries["type"] else {
            return nil
        }
        return readSimpleType(type.value, name, pattern: entries["pattern"])
    }

    private mutating func readSimpleType(
        _ node: Node,
        _ name: String,
        pattern: Entry?
    ) -> TopicPattern.ParameterType? {
        let expression = pattern.flatMap { readText($0.value, "the pattern of `\(name)`") }
        if let pattern, let expression, expression.utf8.count > 1_000 || expression.contains("\0") {
            note(pattern.value, "the pattern of `\(name)` has more than 1000 bytes, or a NUL")
            return nil
        }
        switch node.scalar?.string {
        case "text":
            guard pattern != nil else {
                note(
                    node,
                    "the parameter `\(name)` is a text without a pattern; write { type: text, "
                        + "pattern: \"[a-z0-9-]{1,40}\" }, so that no other text makes a topic"
                )
                return nil
            }
            return expression.map { .text(matching: $0) }
        case "bigint", "uuid":
            if let pattern {
                note(pattern.key, "only a text has a pattern; `\(name)` is none")
                return nil
            }
            return node.scalar?.string == "uuid" ? .uuid : .bigint
        default:
            note(
                node,
                "the parameter `\(name)` has the type \(shown(node)); there are bigint, uuid and "
                    + "{ type: text, pattern: … }"
            )
            return nil
        }
    }
}
