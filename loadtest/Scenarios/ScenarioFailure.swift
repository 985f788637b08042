/// Why a scenario cannot be used: everything that is wrong with it.
public struct ScenarioFailure: Error, Hashable, Sendable {
    /// What is wrong, settings first, then in the order of lines; not empty.
    public let problems: [ScenarioProblem]

    init(_ problems: [ScenarioProblem]) {
        self.problems = problems
    }
}

extension ScenarioFailure: CustomStringConvertible {
    /// All problems, one in a line, as compilers write them.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// One thing that is wrong with a scenario, or with the settings for it.
public struct ScenarioProblem: Hashable, Sendable {
    /// The file's name; nil for a setting of the command line.
    public let file: String?
    /// The line in it, from 1; 0 for a setting.
    public let line: Int
    /// What is wrong, and what to do.
    public let message: String

    init(file: String?, line: Int, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }
}

extension ScenarioProblem: CustomStringConvertible {
    /// As compilers write it: `echo.yaml:3: error: …`.
    public var description: String {
        file.map { "\($0):\(line): error: \(message)" } ?? "error: \(message)"
    }
}
