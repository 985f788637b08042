internal import PublishedTables
internal import Topics

/// Holds the tables and columns that files name against those that there are.
struct TableChecks {
    let contract: TopicContract
    let catalog: SchemaCatalog
    let options: ContractSchemaOptions

    var problems: [TopicProblem] {
        contract.families.flatMap { family in
            roleProblems(family)
                + family.changes.flatMap { change in changeProblems(change, family) }
                + family.members.dependencies.flatMap { dependencyProblems($0, family) }
        }
    }

    private func roleProblems(_ family: TopicFamily) -> [TopicProblem] {
        family.members.roles.filter { catalog.roles[$0] == nil }.map { role in
            TopicProblem(family.members.read.place, "there is no role \(role) in this database")
        }
    }

    private func changeProblems(_ change: FamilyChange, _ family: TopicFamily) -> [TopicProblem] {
        guard let table = catalog.tables[change.table] else {
            return [TopicProblem(change.place, "there is no table \(change.table)")]
        }
        return []
            + (table.primaryKey == nil
                ? [TopicProblem(change.place, "\(change.table) has no primary key")] : [])
    }

    private func dependencyProblems(
        _ dependency: MembershipDependency,
        _ family: TopicFamily
    ) -> [TopicProblem] {
        guard catalog.tables[dependency.table] != nil else {
            return [TopicProblem(dependency.place, "there is no table \(dependency.table)")]
        }
        return []
    }
}
