internal import Topics

/// An explanation while it is being put together: what is asked, and then what was answered.
struct ExplanationDraft {
    typealias Answers = [ExplanationFunction.Asked: ExplanationFunction.Answer]

    /// A rule of the topic's file, as far as a policy calls it.
    struct RuleDraft {
        /// The name of the function that stands for the rule in policies.
        let functionName: String
        let expression: RuleExpression
        let condition: SQLCondition
        var function: ExplanationFunction
        var answers: Answers = [:]
        var failure: ExplainedOutcome?
    }

    let question: Question
    let family: TopicFamily?
    private let catalog: PolicyCatalog
    private let rolePlace: Int
    private let rights: (reading: [String], writing: [String], bypass: String?)
    private let parameters: [FamilyParameter]

    /// What is asked about the policies.
    private(set) var function: ExplanationFunction
    /// What is asked about the rules of the topic's file.
    var rules: [RuleDraft] = []

    var verdict = Verdict.denied
    var failedRules: [FailedRule] = []
    var answers: Answers = [:]

    init(
        question: Question,
        catalog: PolicyCatalog,
        rolePlace: Int,
        family: TopicFamily?,
        rights: (reading: [String], writing: [String], bypass: String?)
    ) {
        self.question = question
        self.catalog = catalog
        self.rolePlace = rolePlace
        self.family = family
        self.rights = rights
        parameters = family.map { FamilyParameter.all(of: $0, in: question.topic) } ?? []
        let role = question.caller.role
        function = ExplanationFunction(role: role, name: "waypost_explanation")
        for parameter in parameters { function.ask(parameter.check) }
        for right in ExplainedRight.Right.allCases {
            for (policy, expression) in policies(for: right) {
                ask(expression, about: right)
                addRule(of: policy, expression)
            }
        }
    }

    /// An explanation that takes no question to the database's policies.
    static func settled(
        _ question: Question,
        by reason: FailedRule,
        _ family: TopicFamily?
    ) -> Explanation {
        Explanation(
            question: question,
            verdict: .denied,
            failedRules: [reason],
            snapshot: nil,
            rights: ExplainedRight.Right.allCases.map {
                ExplainedRight(right: $0, isAllowed: false, ground: .role(reason), policies: [])
            },
            family: family
        )
    }

    /// Whether the topic's parameters are of their types; only then its file's rules are asked.
    var parametersFit: Bool {
        parameters.allSatisfy { $0.fits(answers[.init(expression: $0.check, from: "")]) }
    }

    private func policies(for right: ExplainedRight.Right) -> [(Policy, String)] {
        let rights = catalog.roles[rolePlace]
        guard rights.mayDo(right.operation), rights.obeysPolicies else { return [] }
        return catalog.policies.compactMap { policy in
            guard policy.rolePlaces.contains(rolePlace),
                let expression = policy.expression(for: right.operation)
            else { return nil }
            return (policy, expression)
        }
    }

    private mutating func ask(_ expression: String, about right: ExplainedRight.Right) {
        function.ask(Self.truth(of: expression), from: row(for: expression, right))
        for leaf in SQLCondition(parsing: expression).leaves {
            function.ask(Self.truth(of: leaf.sql), from: row(for: leaf.sql, right))
            for operand in leaf.operands { function.ask(operand, from: row(for: operand, right)) }
        }
    }

    private func row(for expression: String, _ right: ExplainedRight.Right) -> String {
        SyntheticRow(columns: catalog.columns).from(
            for: expression,
            topic: SQLText.literal(question.topic.text),
            extension: SQLText.literal(right.extensionName)
        )
    }

    /// Makes an expression a truth value; a line break ends a comment that may stand at its end.
    static func truth(of expression: String) -> String {
        "((\(expression)\n))::boolean"
    }

    /// Finds the rule that a policy asks by its function, and has its parts asked.
    private mutating func addRule(of policy: Policy, _ expression: String) {
        guard let family, let found = Self.rule(of: family, in: expression),
            !rules.contains(where: { $0.functionName == found.functionName })
        else { return }
        let condition = SQLCondition(parsing: found.rule.sql)
        var function = ExplanationFunction(
            role: question.caller.role,
            name: "waypost_explained_rule_\(rules.count)",
            variables: parameters.map(\.variable)
        )
        function.ask(Self.truth(of: found.rule.sql))
        for leaf in condition.leaves {
            function.ask(Self.truth(of: leaf.sql))
            for operand in leaf.operands { function.ask(operand) }
        }
        rules.append(
            RuleDraft(
                functionName: found.functionName,
                expression: found.rule,
                condition: condition,
                function: function
            )
        )
    }

    private static func rule(
        of family: TopicFamily,
        in expression: String
    ) -> (functionName: String, rule: RuleExpression)? {
        let members = family.members
        let rules: [(String, RuleExpression?)] = [
            ("read", members.read), ("write", members.write),
            ("presence_read", members.presenceRead), ("presence_write", members.presenceWrite),
        ]
        for case (let name, let rule?) in rules {
            let functionName = "member_\(family.name)_\(name)"
            if expression.contains(functionName + "(") || expression.contains(functionName + "\"(")
            {
                return (functionName, rule)
            }
        }
        return nil
    }
}

extension ExplanationDraft {
    /// Puts everything together once the answers are there.
    func explanation(snapshot: String?) -> Explanation {
        Explanation(
            question: question,
            verdict: verdict,
            failedRules: failedRules,
            snapshot: snapshot,
            rights: ExplainedRight.Right.allCases.map(explained),
            family: family
        )
    }

    private func explained(_ right: ExplainedRight.Right) -> ExplainedRight {
        let policies = policies(for: right).map { policy, expression in
            ExplainedPolicy(
                name: policy.name,
                isPermissive: policy.isPermissive,
                condition: ExplainedCondition(expression, answers: answers) {
                    row(for: $0, right)
                },
                rule: family.flatMap { Self.rule(of: $0, in: expression) }.flatMap(explained)
            )
        }
        return ExplainedRight(
            right: right,
            isAllowed: right.isAllowed(by: verdict),
            ground: ground(of: right, policies),
            policies: policies
        )
    }

    private func ground(
        of right: ExplainedRight.Right,
        _ policies: [ExplainedPolicy]
    ) -> ExplainedRight.Ground {
        let rights = catalog.roles[rolePlace]
        guard rights.mayDo(right.operation) else {
            return .privilegesMissing(
                right.operation == .read ? self.rights.reading : self.rights.writing
            )
        }
        guard rights.obeysPolicies else { return .policiesDoNotApply(self.rights.bypass ?? "") }
        return policies.contains(where: \.isPermissive) ? .policies : .noPermissivePolicy
    }

    private func explained(
        _ found: (functionName: String, rule: RuleExpression)
    ) -> ExplainedRule? {
        guard let draft = rules.first(where: { $0.functionName == found.functionName }) else {
            return nil
        }
        let values = parameters.map { parameter in
            parameter.explained(answers[.init(expression: parameter.check, from: "")])
        }
        guard parametersFit else {
            return ExplainedRule(place: found.rule.place, parameters: values, condition: nil)
        }
        var condition = ExplainedCondition(found.rule.sql, answers: draft.answers) { _ in "" }
        if let failure = draft.failure { condition = condition.failing(with: failure) }
        return ExplainedRule(place: found.rule.place, parameters: values, condition: condition)
    }
}

extension ExplainedRight.Right {
    var operation: Operation {
        switch self {
        case .readBroadcast, .readPresence: .read
        case .writeBroadcast, .writePresence: .write
        }
    }

    var extensionName: String {
        switch self {
        case .readBroadcast, .writeBroadcast: "broadcast"
        case .readPresence, .writePresence: "presence"
        }
    }

    func isAllowed(by verdict: Verdict) -> Bool {
        switch self {
        case .readBroadcast: verdict.broadcastRead
        case .readPresence: verdict.presenceRead
        case .writeBroadcast: verdict.broadcastWrite
        case .writePresence: verdict.presenceWrite
        }
    }
}
