internal import FoundationEssentials

/// Small files as text.
enum FileText {
    /// The whole file, nil where it cannot be read.
    static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last lines of a file; empty where it cannot be read.
    static func lastLines(of path: String, count: Int) -> String {
        let lines = read(path)?.split(separator: "\n", omittingEmptySubsequences: true) ?? []
        return lines.suffix(count).joined(separator: "\n")
    }
}
