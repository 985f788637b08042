import Topics
import Yams

/// Reads one topic file, and notes everything that is wrong with it.
struct FamilyReader {
    let file: String
    private(set) var problems: [TopicProblem] = []

    init(file: String) {
        self.file = file
    }

    /// A value of a mapping, and the key that it stands at.
    struct Entry {
        let key: Node
        let value: Node
    }

    /// Reads the file.
    ///
    /// - Parameter text: What stands in it.
    /// - Returns: The family; nil, or one that is not whole, where ``problems`` has something.
    mutating func read(_ text: String) -> TopicFamily? {
        guard let root = readDocument(text) else { return nil }
        guard let entries = readEntries(of: root, .file) else { return nil }
        let pattern = readPattern(entries)
        let scope = Scope(
            parameters: pattern?.parameters,
            hasClasses: entries["members"]?.value.mapping?["class"] != nil
        )
        let summary = entries["summary"].flatMap { readText($0.value, "summary") }
        let members = entries["members"].flatMap { readMembers($0.value, scope) }
        let changes = entries["changes"].map { readChanges($0.value, scope) } ?? []
        let broadcast = entries["broadcast"].map { readBroadcast($0.value) } ?? BroadcastRules()
        let presence = entries["presence"].map { readPresence($0.value) } ?? PresenceRules()
        let retention = entries["retention"].flatMap {
            readDuration($0.value, "retention", within: .seconds(1) ... .seconds(3_650 * 86_400))
        }
        let channelCountMax = entries["limits"].flatMap { readChannelCountMax($0.value) }
        guard problems.isEmpty, let pattern, let members else { return nil }
        return TopicFamily(
            pattern: pattern,
            summary: summary ?? "",
            members: members,
            changes: changes,
            broadcast: broadcast,
            presence: presence,
            retention: retention,
            channelCountMax: channelCountMax,
            at: SourcePlace(file: file, line: entries["topic"]?.key.mark?.line ?? 1)
        )
    }

    /// What the parts of a file know of the whole.
    struct Scope {
        /// The pattern's parameters; nil where the pattern could not be read.
        let parameters: [TopicPattern.Parameter]?
        /// Whether the file gives its readers classes.
        let hasClasses: Bool
    }

    /// Notes what is wrong at a node's line.
    mutating func note(_ node: Node, _ message: String) {
        problems.append(TopicProblem(place(of: node), message))
    }

    /// Notes what is wrong at a line.
    mutating func note(line: Int, _ message: String) {
        problems.append(TopicProblem(SourcePlace(file: file, line: line), message))
    }

    /// The line where a node begins.
    func place(of node: Node) -> SourcePlace {
        SourcePlace(file: file, line: node.mark?.line ?? 1)
    }

    /// The entries of a mapping by key, after noting keys that do not exist or are missing.
    ///
    /// - Returns: Nil where there is no mapping.
    mutating func readEntries(of node: Node, _ section: FileSection) -> [String: Entry]? {
        guard let mapping = node.mapping else {
            note(
                node,
                "\(section.title) must hold keys and values: "
                    + section.keys.joined(separator: ", ")
            )
            return nil
        }
        var entries: [String: Entry] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, section.keys.contains(name) else {
                note(
                    key,
                    "unknown key \(shown(key)) in \(section.title)"
                        + Nearest.hint(key.scalar?.string ?? "", among: section.keys)
                )
                continue
            }
            entries[name] = Entry(key: key, value: value)
        }
        for name in section.requiredKeys where entries[name] == nil {
            note(node, "\(section.title) has no `\(name)`, which it needs")
        }
        return entries
    }

    /// The entries of a list that is not empty.
    mutating func readList(_ node: Node, _ name: String) -> [Node] {
        guard let sequence = node.sequence else {
            note(node, "\(name) must be a list, such as [one, other]")
            return []
        }
        if sequence.isEmpty {
            note(node, "\(name) is an empty list; name something, or leave the key out")
        }
        return Array(sequence)
    }

    /// A list of texts, each once.
    mutating func readTexts(_ node: Node, _ name: String, byteCountMax: Int) -> [String] {
        var found: [String] = []
        for entry in readList(node, name) {
            guard let text = readText(entry, "an entry of \(name)") else { continue }
            guard text.utf8.count <= byteCountMax else {
                note(entry, "an entry of \(name) has more than \(byteCountMax) bytes")
                continue
            }
            if found.contains(text) {
                note(entry, "\(shown(text)) stands twice in \(name); once is enough")
            } else {
                found.append(text)
            }
        }
        return found
    }

    /// A text that is not empty.
    mutating func readText(_ node: Node, _ name: String) -> String? {
        guard let scalar = node.scalar else {
            note(node, "\(name) must be a text")
            return nil
        }
        let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
        guard !isNull, scalar.string.contains(where: { !$0.isWhitespace }) else {
            note(node, "\(name) is empty; write something, or leave the key out")
            return nil
        }
        return scalar.string
    }

    /// A whole number within a range.
    mutating func readNumber(_ node: Node, _ name: String, within range: ClosedRange<Int>) -> Int? {
        guard let scalar = node.scalar, scalar.style == .plain, let number = Int(scalar.string),
            range.contains(number)
        else {
            note(
                node,
                "\(name) is \(shown(node)); it must be a whole number, "
                    + "\(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    /// An SQL expression, taken as it stands there.
    mutating func readExpression(_ node: Node, _ name: String) -> RuleExpression? {
        guard let sql = readText(node, name) else { return nil }
        return RuleExpression(sql.trimmed, at: place(of: node))
    }

    /// What a node holds, short enough for a message.
    func shown(_ node: Node) -> String {
        if let scalar = node.scalar { return shown(scalar.string) }
        return node.mapping == nil ? "a list" : "a mapping"
    }

    /// A text, short enough for a message.
    func shown(_ text: String) -> String {
        let line = text.prefix { !$0.isNewline }
        return line.count > 60 || line.count < text.count ? "`\(line.prefix(60))…`" : "`\(text)`"
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
