/// The rules that decide one role's questions.
struct RuleSet: Hashable, Sendable {
    let columns: [MessageColumn]
    /// The answers that are yes whatever the rules say.
    let settled: AnswerBits
    let rules: [Rule]
    /// Whether whoever may read has a class that the database tells.
    let hasReaderClass: Bool

    /// The names of all policies, each once; failures name them by their place here.
    let policyNames: [String]

    init(
        columns: [MessageColumn],
        settled: AnswerBits,
        rules: [Rule],
        hasReaderClass: Bool = false
    ) {
        self.columns = columns
        self.settled = settled
        self.rules = rules
        self.hasReaderClass = hasReaderClass
        var names: [String] = []
        for arm in rules.flatMap(\.arms)
        where !names.contains(where: { $0.utf8.elementsEqual(arm.policy.utf8) }) {
            names.append(arm.policy)
        }
        policyNames = names
    }

    /// A policy's place in ``policyNames``.
    func place(of policy: String) -> Int {
        guard let place = policyNames.firstIndex(where: { $0.utf8.elementsEqual(policy.utf8) })
        else { preconditionFailure("a rule names a policy that is not listed") }
        return place
    }
}
