import Yams

/// Reads one scenario file, and notes everything that is wrong with it.
struct ScenarioReader {
    let name: String
    let settings: [String: String]
    let mostSessions: Int

    /// Everything wrong so far.
    private(set) var problems: [ScenarioProblem] = []

    /// The parameters so far, with their values.
    var parameters: [Parameter] = []

    init(name: String, settings: [String: String], mostSessions: Int) {
        self.name = name
        self.settings = settings
        self.mostSessions = mostSessions
    }

    /// A value of a mapping, and the key that it stands at.
    struct Entry {
        let key: Node
        let value: Node
    }

    /// Reads the file.
    ///
    /// - Parameter text: What stands in it.
    /// - Returns: The scenario; nil, or one that is not whole, where ``problems`` has something.
    mutating func read(_ text: String) -> Scenario? {
        guard let root = readDocument(text), let entries = readEntries(of: root, .file) else {
            return nil
        }
        let timings = entries["timing"].flatMap { readEntries(of: $0.value, .timing) } ?? [:]
        readParameters(entries["parameters"]?.value, timings)
        let timing = readTiming(timings)
        let summary = entries["summary"].flatMap { readText($0.value, "summary") }
        let setup = entries["setup"].map { readScripts($0.value, "setup") }
        let teardown = entries["teardown"].map { readScripts($0.value, "teardown") }
        let gateway = entries["gateway"].map { readGateway($0.value) }
        let objectives = entries["objectives"].map { readObjectives($0.value) }
        let named = entries["populations"].map { readPopulations($0.value) } ?? []
        let writers = entries["writers"].map { readWriters($0.value, named) }
        guard problems.isEmpty, let summary, let timing else { return nil }
        return Scenario(
            name: name,
            summary: summary,
            parameters: parameters,
            setup: setup ?? [],
            teardown: teardown ?? [],
            gateway: gateway ?? [:],
            timing: timing,
            populations: named.compactMap(\.population),
            writers: writers ?? [],
            objectives: objectives ?? []
        )
    }

    private mutating func readDocument(_ text: String) -> Node? {
        guard text.utf8.count <= Scenario.byteCountMax else {
            note(line: 1, "is larger than \(Scenario.byteCountMax) bytes, the most for a scenario")
            return nil
        }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                note(line: 1, "is empty; docs/LOADTEST.md says what a scenario holds")
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

    /// Notes what is wrong at a node's line.
    mutating func note(_ node: Node, _ message: String) {
        note(line: node.mark?.line ?? 1, message)
    }

    /// Notes what is wrong at a line.
    mutating func note(line: Int, _ message: String) {
        problems.append(ScenarioProblem(file: name + ".yaml", line: line, message))
    }

    /// Notes what is wrong with a setting of the command line.
    mutating func note(setting: String, _ message: String) {
        let text = "the setting \(setting)=\(settings[setting] ?? ""): \(message)"
        problems.append(ScenarioProblem(file: nil, line: 0, text))
    }

    /// The entries of a mapping by key, after noting keys that do not exist or are missing.
    ///
    /// - Returns: Nil where there is no mapping.
    mutating func readEntries(of node: Node, _ section: ScenarioSection) -> [String: Entry]? {
        guard let mapping = node.mapping else {
            let keys = section.keys.joined(separator: ", ")
            note(node, "\(section.title) must hold keys and values: \(keys)")
            return nil
        }
        var entries: [String: Entry] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, section.keys.contains(name) else {
                note(
                    key,
                    "unknown key \(shown(key)) in \(section.title)"
                        + NearWord.hint(key.scalar?.string ?? "", among: section.keys)
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

    /// The entries of a mapping whose keys are names of the author's choice, in their order.
    mutating func readNamed(_ node: Node, _ what: String) -> [(name: String, entry: Entry)] {
        guard let mapping = node.mapping, !mapping.isEmpty else {
            note(node, "\(what) must be a mapping with a name for each, indented below it")
            return []
        }
        var found: [(name: String, entry: Entry)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string, Self.isName(name) else {
                note(
                    key,
                    "the name \(shown(key)) in \(what) must be small letters, digits and `_`, and "
                        + "begin with a letter"
                )
                continue
            }
            found.append((name, Entry(key: key, value: value)))
        }
        return found
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-z][a-z0-9_]{0,62}/) != nil
    }

    /// The entries of a list.
    mutating func readList(_ node: Node, _ what: String) -> [Node] {
        guard let sequence = node.sequence else {
            note(node, "\(what) must be a list, such as [one, other]")
            return []
        }
        return Array(sequence)
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
