extension ExplainedCondition {
    /// Puts a condition together from what its parts came to.
    ///
    /// - Parameters:
    ///   - sql: The whole condition.
    ///   - answers: What was answered.
    ///   - row: What an expression was asked over.
    init(_ sql: String, answers: ExplanationDraft.Answers, row: (String) -> String) {
        func look(_ expression: String) -> ExplainedOutcome {
            let truth = ExplanationDraft.truth(of: expression)
            return ExplainedOutcome(answers[.init(expression: truth, from: row(expression))])
        }
        let parts = ExplainedCondition(SQLCondition(parsing: sql), look) { operand in
            answers[.init(expression: operand, from: row(operand))]
        }
        self.init(
            kind: parts.kind,
            sql: sql,
            outcome: look(sql),
            values: parts.values,
            parts: parts.parts
        )
    }

    private init(
        _ condition: SQLCondition,
        _ look: (String) -> ExplainedOutcome,
        _ value: (String) -> ExplanationFunction.Answer?
    ) {
        switch condition {
        case .leaf(let leaf):
            let outcome = look(leaf.sql)
            let values: [ExplainedValue] = leaf.operands.compactMap { operand in
                guard let answer = value(operand) else { return nil }
                // What is no expression by itself was misread; its leaf knows better.
                if case .raised(let state, _) = answer.raised {
                    guard case .raised = outcome, !state.hasPrefix("42") else { return nil }
                }
                return ExplainedValue(
                    expression: operand,
                    value: answer.value,
                    raised: answer.raised
                )
            }
            self.init(kind: .leaf, sql: leaf.sql, outcome: outcome, values: values, parts: [])
        case .not(let part):
            let part = ExplainedCondition(part, look, value)
            self.init(kind: .not, sql: "", outcome: part.outcome.inverse, values: [], parts: [part])
        case .all(let parts):
            let parts = parts.map { ExplainedCondition($0, look, value) }
            let outcome = ExplainedOutcome.of(parts.map(\.outcome), deciding: .no, other: .yes)
            self.init(kind: .all, sql: "", outcome: outcome, values: [], parts: parts)
        case .any(let parts):
            let parts = parts.map { ExplainedCondition($0, look, value) }
            let outcome = ExplainedOutcome.of(parts.map(\.outcome), deciding: .yes, other: .no)
            self.init(kind: .any, sql: "", outcome: outcome, values: [], parts: parts)
        }
    }

    /// The same, where it could not be asked at all.
    func failing(with outcome: ExplainedOutcome) -> ExplainedCondition {
        ExplainedCondition(kind: kind, sql: sql, outcome: outcome, values: [], parts: [])
    }
}

extension ExplainedOutcome {
    /// Reads what a truth value came to.
    init(_ answer: ExplanationFunction.Answer?) {
        guard let answer else {
            self = .notAsked
            return
        }
        if let raised = answer.raised {
            self = raised
            return
        }
        switch answer.value {
        case "true": self = .yes
        case "false": self = .no
        default: self = .unknown
        }
    }

    /// What NOT makes of it.
    var inverse: ExplainedOutcome {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unknown, .raised, .notAsked: self
        }
    }

    /// What AND (`no` decides) or OR (`yes` decides) makes of its parts.
    ///
    /// Beside what decides, an error may or may not come up: which part is evaluated first is
    /// PostgreSQL's own choice, and the whole says which it was.
    static func of(
        _ parts: [ExplainedOutcome],
        deciding: ExplainedOutcome,
        other: ExplainedOutcome
    ) -> ExplainedOutcome {
        if parts.contains(deciding) { return deciding }
        let raised = parts.first { if case .raised = $0 { true } else { false } }
        if let raised { return raised }
        if parts.contains(.notAsked) { return .notAsked }
        return parts.contains(.unknown) ? .unknown : other
    }
}
