/// One way in which a topic file is wrong, or disagrees with the database.
public struct TopicProblem: Hashable, Sendable {
    /// Whether it keeps the files from being served.
    public enum Severity: String, Hashable, Sendable {
        /// The files are not served like this.
        case error
        /// Somebody should look at it.
        case warning
    }

    /// Where it stands; nil for what no line is to blame for.
    public let place: SourcePlace?
    /// Whether it keeps the files from being served.
    public let severity: Severity
    /// What is wrong and what to do: one sentence or two, without a name of its place.
    public let message: String

    /// Describes a problem.
    ///
    /// - Parameters:
    ///   - place: Where it stands.
    ///   - severity: Default an error.
    ///   - message: What is wrong and what to do.
    public init(_ place: SourcePlace?, severity: Severity = .error, _ message: String) {
        self.place = place
        self.severity = severity
        self.message = message
    }
}

extension TopicProblem: CustomStringConvertible {
    /// The problem in one line, as compilers write it.
    public var description: String {
        (place.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"
    }
}
