import FoundationEssentials
import TopicFiles
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
            return ["the file \(path) is not valid YAML" + place(of: error)]
        }
        guard let root else { return [] }
        guard let mapping = root.mapping else {
            return ["the file \(path) must hold keys and values at its top level"]
        }
        return unknownKeys(in: mapping, below: "").map { "unknown key \($0) in \(path)" + hint($0) }
            + sections(in: mapping, below: "").map { "\($0): must be a value, with no keys below" }
    }

    /// Where the file went wrong; never what stands there, which may be a secret.
    private static func place(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            ": line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(_, let context):
            ": a key stands twice in what begins at line \(context.mark.line), "
                + "column \(context.mark.column)"
        case .reader(_, let offset?, _, let text):
            ": " + place(of: offset, in: text)
        default: ""
        }
    }

    /// The line and the column of a byte that is no character of YAML.
    private static func place(of offset: Int, in text: String) -> String {
        let before = text.utf8.prefix(max(offset, 0))
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return "line \(line), column \(column)"
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

    /// The keys that hold a section where a value belongs; nobody would read it.
    private static func sections(in mapping: Yams.Node.Mapping, below prefix: String) -> [String] {
        mapping.flatMap { key, value -> [String] in
            guard let section = value.mapping else { return [] }
            let name = prefix + (key.string ?? "?")
            if ConfigurationKey(rawValue: name) != nil { return [name] }
            return sections(in: section, below: name + ".")
        }
    }

    /// Names the key that an unknown one was probably meant to be.
    static func hint(_ unknown: String) -> String {
        let near = ConfigurationKey.allCases.min { left, right in
            Nearest.distance(left.rawValue, unknown)
                < Nearest.distance(right.rawValue, unknown)
        }
        guard let near, Nearest.distance(near.rawValue, unknown) <= 4 else {
            return "; `waypost serve --help` says where the keys are listed"
        }
        return "; did you mean \(near.rawValue)?"
    }
}
