/// One word for one idea: what a declaration may not be called.
enum Vocabulary {
    /// The word, and what it is called here.
    static let replaced: [String: String] = [
        "client": "connection", "socket": "connection", "peer": "connection",
        "room": "topic", "subject": "topic or caller", "namespace": "topic family",
        "subscription": "channel", "event": "message or name", "publication": "message",
        "packet": "frame", "batch": "window", "poll": "window", "result": "verdict",
        "permission": "verdict", "pubsub": "broker", "bus": "broker", "server": "node",
        "instance": "node", "shard": "loop", "worker": "loop", "reactor": "loop",
    ]

    /// Ends of type names that say nothing.
    static let emptySuffixes = [
        "Manager", "Handler", "Helper", "Helpers", "Util", "Utils", "Impl", "Base",
    ]

    private static let typeKeywords: Set<Substring> = [
        "struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype",
    ]
    private static let valueKeywords: Set<Substring> = ["func", "var", "let", "case"]

    /// The declared names of a file that are not allowed.
    static func findings(_ file: Repository.File, allowed: Set<String>) -> [Finding] {
        let words = file.words
        return words.indices.dropLast().compactMap { index in
            let isType = typeKeywords.contains(words[index].text)
            guard isType || valueKeywords.contains(words[index].text),
                index == 0 || words[index - 1].text != "."
            else { return nil }
            let name = words[index + 1]
            guard let reason = reason(against: String(name.text), isType: isType),
                !allowed.contains("\(file.path):\(name.text)")
            else { return nil }
            return Finding(path: file.path, line: name.line, reason: reason)
        }
    }

    private static func reason(against name: String, isType: Bool) -> String? {
        if let word = replaced[name.lowercased()] { return "\(name) is called \(word) here" }
        guard isType, let suffix = emptySuffixes.first(where: { name.hasSuffix($0) }) else {
            return nil
        }
        return "\(name): \(suffix) says nothing"
    }
}
