internal import Topics

/// Holds the roles that files name, and the policies of others, against what the files mean.
struct RightsChecks {
    let contract: TopicContract
    let catalog: SchemaCatalog

    var problems: [TopicProblem] {
        contract.families.flatMap(roleProblems) + foreignPolicies
    }

    private func roleProblems(_ family: TopicFamily) -> [TopicProblem] {
        let place = family.members.read.place
        return family.members.roles.compactMap { name in
            guard let role = catalog.roles[name] else {
                return TopicProblem(place, "there is no role \(name) in this database")
            }
            guard role.bypassesPolicies else { return nil }
            return TopicProblem(
                place,
                severity: .warning,
                "role \(name) bypasses row level security: no rule is asked about it"
            )
        }
    }

    /// Policies without our note that let the same roles into the same topics.
    private var foreignPolicies: [TopicProblem] {
        let wanted = Set(WantedPolicy.all(of: contract).map(\.name))
        return catalog.policies.compactMap { policy in
            guard policy.note == nil, policy.isPermissive, !wanted.contains(policy.name),
                ["*", "r", "a"].contains(policy.command)
            else { return nil }
            let opened = contract.families.filter { family in
                mayOpen(policy, family)
            }
            guard let first = opened.first else { return nil }
            return TopicProblem(
                first.members.read.place,
                severity: .warning,
                "policy \(policy.name) on realtime.messages is not of these files, and may let "
                    + "people into the same topics (\(opened.map(\.name).joined(separator: ", ")))"
            )
        }
    }

    /// Whether a policy is for a family's roles, and names the family, or names none at all.
    private func mayOpen(_ policy: SchemaCatalog.Policy, _ family: TopicFamily) -> Bool {
        let roles = Set(family.members.roles.map(Optional.some)).union([nil])
        guard !policy.roles.isDisjoint(with: roles) else { return false }
        var expression = policy.expression
        for kind in ["'broadcast'", "'presence'", "'postgres_changes'"] {
            expression.replace(kind, with: "")
        }
        return !expression.contains("'") || expression.contains("'\(family.name)'")
            || expression.contains("'\(family.name):")
    }
}
