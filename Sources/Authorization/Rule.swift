/// One expression that decides some of a verdict's answers.
struct Rule: Hashable, Sendable {
    /// What one policy contributes.
    struct Arm: Hashable, Sendable {
        let policy: String
        let expression: String
    }

    /// Every restrictive policy, and one of the permissive ones.
    let expression: String
    /// The extension of the row that is asked about.
    let extensionName: String
    /// The answers that are yes when the expression is true.
    var bits: AnswerBits
    /// The policies in the expression, to find the one that raised.
    let arms: [Arm]
}
