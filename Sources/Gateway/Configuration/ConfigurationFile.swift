import FoundationEssentials
import Yams

/// Reads a configuration file once by itself, to find what the configuration library passes over:
/// keys that do not exist, and files that cannot be read.
struct ConfigurationFile {
    /// What is wrong with the file at `path`; empty when nothing is.
    static func problems(at path: String) -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            return ["cannot read the file \(path)"]
        }
        guard let text = String(data: data, encoding: .utf8) else {
            return ["the file \(path) is not UTF-8 text"]
        }
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            return ["the file \(path) is not valid YAML: \(error)"]
        }
        guard let root else { return [] }
        guard let mapping = root.mapping else {
            return ["the file \(path) must hold keys and values at its top level"]
        }
        return unknownKeys(in: mapping, below: "").map { "unknown key \($0) in \(path)" + hint($0) }
    }

    private static func unknownKeys(in mapping: Yams.Node.Mapping, below prefix: String) -> [String]
    {
        mapping.flatMap { key, value -> [String] in
            let name = prefix + (key.string ?? "?")
            if ConfigurationKey(rawValue: name) != nil { return [] }
            let isSection = ConfigurationKey.allCases.contains {
                $0.rawValue.hasPrefix(name + ".")
            }
            guard isSection, let section = value.mapping else { return [name] }
            return unknownKeys(in: section, below: name + ".")
        }
    }

    /// Names the key that an unknown one was probably meant to be.
    static func hint(_ unknown: String) -> String {
        let near = ConfigurationKey.allCases.min { left, right in
            distance(left.rawValue, unknown) < distance(right.rawValue, unknown)
        }
        guard let near, distance(near.rawValue, unknown) <= 4 else {
            return "; `waypost serve --help` says where the keys are listed"
        }
        return "; did you mean \(near.rawValue)?"
    }

    /// The Levenshtein distance: how many letters two words are apart.
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.utf8)
        let second = Array(second.utf8)
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
