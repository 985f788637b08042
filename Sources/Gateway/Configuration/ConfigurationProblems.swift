/// All that is wrong with a configuration, each problem naming its key or file.
public struct ConfigurationProblems: Error, CustomStringConvertible, Sendable {
    /// One sentence for each problem, in the order of the keys.
    public let problems: [String]

    /// Collects what is wrong; each sentence begins with the key it is about.
    public init(problems: [String]) { self.problems = problems }

    /// The problems, a line each.
    public var description: String {
        problems.map { "configuration: \($0)" }.joined(separator: "\n")
    }
}
