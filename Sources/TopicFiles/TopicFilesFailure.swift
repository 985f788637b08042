public import Topics

/// Why topic files cannot be used: everything that is wrong with them.
public struct TopicFilesFailure: Error, Hashable, Sendable {
    /// What is wrong, in the order of files and lines; not empty.
    public let problems: [TopicProblem]

    init(_ problems: [TopicProblem]) {
        self.problems = problems
    }
}

extension TopicFilesFailure: CustomStringConvertible {
    /// All problems, one in a line, as compilers write them.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
