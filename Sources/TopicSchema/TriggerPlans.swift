internal import PublishedTables
internal import Topics

/// The triggers that a contract asks for, and what is wrong with that.
struct TriggerPlans {
    let plans: [ChangeTriggerPlan]
    let problems: [TopicProblem]

    /// Merges what the families ask of each table.
    ///
    /// Tables that are missing are left out: others tell of them.
    init(_ contract: TopicContract, _ tables: [TableName: FoundTable], _ neverSent: NeverSent) {
        var keys: [TableName: [String]] = [:]
        for (name, table) in tables where table.isWritten { keys[name] = table.primaryKey ?? [] }
        let secret = contract.tables.filter(neverSent.contains)
        var plans: [ChangeTriggerPlan] = []
        var problems: [TopicProblem] = []
        for definition in contract.changeDefinitions(primaryKeys: keys)
        where keys[definition.table] != nil {
            do throws(ChangeTriggerPlan.Malformed) {
                plans.append(try ChangeTriggerPlan(definition, secretTables: secret))
            } catch {
                problems.append(
                    TopicProblem(contract.place(of: definition.table), Self.words(error))
                )
            }
        }
        self.plans = plans
        self.problems = problems
    }

    private static func words(_ error: ChangeTriggerPlan.Malformed) -> String {
        switch error {
        case .name(let name): "\(name) cannot be a name: 1 to 63 bytes, no control characters"
        case .family(let family): "\(family) cannot be the name of a family"
        case .secretTable(let table): "\(table) is secret: no topic may carry it"
        case .keyMissing(let table): "\(table) has no primary key, which old and new rows need"
        case .keyNotSent(let table, let column):
            "\(table).\(column) belongs to the primary key, which is always sent: do not except it"
        case .routesMissing(let table): "no topic carries \(table)"
        case .route(let table, let family):
            "the family \(family) asks for \(table) in two ways that do not go together"
        case .columnsMissing(let table): "no column of \(table) is sent"
        case .condition(let table): "the condition on rows of \(table) is empty or has a NUL"
        case .tableTwice(let table): "\(table) is there twice"
        }
    }
}
