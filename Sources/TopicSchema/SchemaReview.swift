public import Topics

/// What a check of topic files against a database came to.
public struct SchemaReview: Hashable, Sendable {
    /// Everything that was found, by place.
    public let problems: [TopicProblem]
    /// What the login could not look at, one sentence each.
    public let skipped: [String]

    /// Whether any of the problems is an error.
    public var hasErrors: Bool { problems.contains { $0.severity == .error } }

    init(problems: [TopicProblem], skipped: [String]) {
        self.problems = problems.sorted { left, right in
            switch (left.place, right.place) {
            case (let left?, let right?):
                (left.file, left.line) < (right.file, right.line)
            case (nil, .some): false
            case (.some, nil): true
            case (nil, nil): left.message < right.message
            }
        }
        self.skipped = skipped
    }
}
