internal import Topics

/// How questions of one role are answered: at once, or by asking rules.
enum RolePlan: Hashable, Sendable {
    /// Every question has the same answer.
    case settled(Verdict, failedRules: [FailedRule])
    /// The rules decide what the role's privileges leave open.
    case asking(RuleSet)

    /// Works the plan out, as PostgreSQL does when it rewrites a statement of the role.
    ///
    /// - Parameters:
    ///   - catalog: What the database's catalog says.
    ///   - place: The role's place in that catalog.
    init(catalog: PolicyCatalog, place: Int) {
        let rights = catalog.roles[place]
        guard let isGranted = rights.isGranted else {
            self = .settled(.denied, failedRules: [.roleUnknown])
            return
        }
        guard isGranted else {
            self = .settled(.denied, failedRules: [.roleNotGranted])
            return
        }
        var yes: AnswerBits = []
        var rules: [Rule] = []
        for operation in Operation.allCases where rights.mayDo(operation) {
            let all = AnswerBits(operation: operation)
            guard rights.obeysPolicies else {
                yes.formUnion(all)
                continue
            }
            let arms = Self.arms(catalog, rolePlace: place, operation)
            guard !arms.permissive.isEmpty else { continue }
            Self.add(arms, deciding: all, to: &rules)
        }
        let mayHaveClass =
            catalog.hasReaderClass && (!rules.isEmpty || !yes.isDisjoint(with: .reading))
        guard !rules.isEmpty || mayHaveClass else {
            self = .settled(Verdict(yes), failedRules: [])
            return
        }
        self = .asking(
            RuleSet(
                columns: catalog.columns,
                settled: yes,
                rules: rules,
                hasReaderClass: mayHaveClass
            )
        )
    }

    /// The expressions that apply; those without one have no say, as in PostgreSQL.
    private static func arms(
        _ catalog: PolicyCatalog,
        rolePlace: Int,
        _ operation: Operation
    ) -> (permissive: [Rule.Arm], restrictive: [Rule.Arm]) {
        var arms: (permissive: [Rule.Arm], restrictive: [Rule.Arm]) = ([], [])
        for policy in catalog.policies where policy.rolePlaces.contains(rolePlace) {
            guard let expression = policy.expression(for: operation) else { continue }
            let arm = Rule.Arm(policy: policy.name, expression: expression)
            if policy.isPermissive {
                arms.permissive.append(arm)
            } else {
                arms.restrictive.append(arm)
            }
        }
        return arms
    }

    /// Adds one rule for both extensions, or one for each where they may get different answers.
    private static func add(
        _ arms: (permissive: [Rule.Arm], restrictive: [Rule.Arm]),
        deciding bits: AnswerBits,
        to rules: inout [Rule]
    ) {
        let expression = RuleSQL.combined(
            restrictive: arms.restrictive.map(\.expression),
            permissive: arms.permissive.map(\.expression)
        )
        let parts: [(String, AnswerBits)] =
            SyntheticRow.canDistinguishExtensions(expression)
            ? [
                ("broadcast", bits.intersection(.broadcast)),
                ("presence", bits.intersection(.presence)),
            ]
            : [("broadcast", bits)]
        for (name, bits) in parts {
            // Reading and writing often follow the same rule: it is asked once then.
            if let same = rules.firstIndex(where: {
                $0.expression.utf8.elementsEqual(expression.utf8) && $0.extensionName == name
            }) {
                rules[same].bits.formUnion(bits)
                continue
            }
            rules.append(
                Rule(
                    expression: expression,
                    extensionName: name,
                    bits: bits,
                    arms: arms.restrictive + arms.permissive
                )
            )
        }
    }
}
