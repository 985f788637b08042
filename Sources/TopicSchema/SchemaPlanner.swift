internal import Topics

/// Compares what topic files want with what a database has.
struct SchemaPlanner {
    let contract: TopicContract
    let catalog: SchemaCatalog
    /// The triggers that the files ask for, in step with their definitions.
    let triggerPlans: [ChangeTriggerPlan]
    /// What takes the place of the triggers that only topics asked for, where a table is published.
    let published: [TableName: ChangeTriggerPlan]

    var plan: SchemaPlan {
        SchemaPlan(
            steps: grants + functions + triggers + policies + removedPolicies + removedFunctions
        )
    }

    private var wantedFunctions: [WantedFunction] { WantedFunction.all(of: contract) }
    private var wantedPolicies: [WantedPolicy] { WantedPolicy.all(of: contract) }

    private var functions: [SchemaPlan.Step] {
        wantedFunctions.compactMap { wanted in
            let found = catalog.functions.first {
                $0.name == wanted.name && hasParameter($0, wanted.parameter)
            }
            guard let found else {
                let statements = wanted.statements(owner: catalog.owner)
                return .init(.make, wanted.title, at: wanted.place, statements)
            }
            let strangers = strangers(found, wanted)
            guard !isCurrent(found, wanted) || !strangers.isEmpty else { return nil }
            // What it answers cannot be replaced, nor can a kind of function.
            let mustGo = found.answer != wanted.answer || found.hasOddities
            return .init(
                .replace,
                wanted.title,
                at: wanted.place,
                (mustGo ? ["drop function \(wanted.signature) cascade;"] : [])
                    + wanted.statements(owner: catalog.owner)
                    + (mustGo ? [] : strangers)
            )
        }
    }

    private func hasParameter(_ found: SchemaCatalog.Function, _ parameter: String?) -> Bool {
        found.signature.hasSuffix("(\(parameter ?? ""))")
    }

    private func isCurrent(_ found: SchemaCatalog.Function, _ wanted: WantedFunction) -> Bool {
        let callers: Set<String?> =
            switch wanted.callers {
            case .everybody: [nil]
            case .roles(let roles): Set(roles.map(Optional.some)).subtracting([catalog.owner])
            }
        return found.note == wanted.note && found.source == wanted.source
            && found.answer == wanted.answer && found.language == wanted.language
            && found.volatility == wanted.volatility && !found.hasOddities
            && found.owner == catalog.owner && callers.isSubset(of: found.callers)
    }

    /// Takes the right to call from whoever no file names.
    private func strangers(
        _ found: SchemaCatalog.Function,
        _ wanted: WantedFunction
    ) -> [String] {
        guard case .roles(let roles) = wanted.callers else { return [] }
        return found.callers.subtracting(roles.map(Optional.some)).map { role in
            let name = role.map { SQLText.identifier($0) } ?? "public"
            return "revoke execute on function \(wanted.signature) from \(name);"
        }.sorted()
    }

    private var policies: [SchemaPlan.Step] {
        wantedPolicies.compactMap { wanted in
            let found = catalog.policies.first { $0.name == wanted.name }
            let isCurrent =
                found.map { found in
                    found.note?.digest == wanted.digest
                        && found.note?.fingerprint == found.fingerprint
                        && found.isPermissive && found.command == wanted.command.rawValue
                        && found.roles == Set(wanted.roles.map(Optional.some))
                } ?? false
            guard !isCurrent else { return nil }
            return .init(
                found == nil ? .make : .replace,
                wanted.title,
                at: wanted.place,
                locking: .messages,
                wanted.statements
            )
        }
    }

    private var removedPolicies: [SchemaPlan.Step] {
        let wanted = Set(wantedPolicies.map(\.name))
        return catalog.policies.compactMap { found in
            guard found.note != nil, !wanted.contains(found.name) else { return nil }
            return .init(
                .remove,
                "policy \(found.name) on realtime.messages",
                locking: .messages,
                ["drop policy \(SQLText.identifier(found.name)) on realtime.messages;"]
            )
        }
    }

    private var removedFunctions: [SchemaPlan.Step] {
        let wanted = wantedFunctions
        let rules = catalog.functions.compactMap { found -> SchemaPlan.Step? in
            let isWanted = wanted.contains {
                $0.name == found.name && hasParameter(found, $0.parameter)
            }
            guard found.note != nil, !isWanted else { return nil }
            return .init(
                .remove,
                "function \(found.signature)",
                ["drop function \(found.signature);"]
            )
        }
        return rules + removedLookups
    }

    /// Functions that followed paths which no trigger follows any more.
    private var removedLookups: [SchemaPlan.Step] {
        let wanted = Set(triggerPlans.flatMap(\.lookups))
        return catalog.lookups.compactMap { found in
            guard !wanted.contains(found.name) else { return nil }
            return .init(
                .remove,
                "function \(found.signature)",
                ["drop function \(found.signature);"]
            )
        }
    }
}

extension SchemaPlanner {
    private var triggers: [SchemaPlan.Step] {
        let made = triggerPlans.compactMap { plan -> SchemaPlan.Step? in
            guard !isCurrent(plan) else { return nil }
            let table = plan.definition.table
            let names = Set(plan.made.map(\.function))
            let found = catalog.triggers.filter { $0.table == table && names.contains($0.name) }
            // Replacing a trigger does not make it fire again.
            let silent = found.flatMap(\.silent).sorted().map { drop($0, of: table) }
            return step(found.isEmpty ? .make : .replace, table, silent + plan.statements)
        }
        return made + removedTriggers
    }

    private func isCurrent(_ plan: ChangeTriggerPlan) -> Bool {
        plan.made.allSatisfy { made in
            catalog.triggers.contains { $0.isCurrent(made, in: plan) }
        }
            && plan.lookups.allSatisfy { name in
                catalog.lookups.contains {
                    $0.name == name && plan.sql.utf8.contains($0.source.utf8)
                }
            }
    }

    private var removedTriggers: [SchemaPlan.Step] {
        let wanted = triggerPlans.flatMap { plan in
            plan.made.map {
                [plan.definition.table.schema, plan.definition.table.name, $0.function]
            }
        }
        return catalog.triggers.compactMap { found in
            let table = found.table
            guard found.feedsTopics, !wanted.contains([table.schema, table.name, found.name])
            else { return nil }
            if let plan = published[table], plan.made.contains(where: { $0.function == found.name })
            {
                let kept = Set(plan.made.flatMap(\.triggers))
                let superfluous = found.firing.union(found.silent).subtracting(kept)
                    .union(found.silent)
                return step(
                    .replace,
                    table,
                    superfluous.sorted().map { drop($0, of: table) } + plan.statements
                )
            }
            let drops = found.firing.union(found.silent).sorted().map { drop($0, of: table) }
            return step(.remove, table, drops + ["drop function \(found.function);"])
        }
    }

    private func drop(_ trigger: String, of table: TableName) -> String {
        "drop trigger \(SQLText.identifier(trigger)) on \(table.sql);"
    }

    private func step(
        _ action: SchemaPlan.Action,
        _ table: TableName,
        _ statements: [String]
    ) -> SchemaPlan.Step {
        let drops = statements.contains { $0.hasPrefix("drop trigger") }
        return .init(
            action,
            "triggers of \(table)",
            at: contract.place(of: table),
            locking: TableLock(table: table, mode: drops ? .everybody : .writers),
            statements
        )
    }

    private var grants: [SchemaPlan.Step] {
        let roles = Set(contract.families.flatMap(\.members.roles)).sorted()
        return roles.compactMap { name in
            guard let role = catalog.roles[name] else { return nil }
            let grantee = SQLText.identifier(name)
            var statements: [String] = []
            if !role.mayUseSchema {
                statements.append("grant usage on schema realtime to \(grantee);")
            }
            if !role.mayRead {
                statements.append("grant select on realtime.messages to \(grantee);")
            }
            if !role.maySend {
                let columns = FoundRole.sentColumns.joined(separator: ", ")
                statements += [
                    "grant insert (\(columns)) on realtime.messages to \(grantee);",
                    "grant usage on sequence realtime.outbox_seq to \(grantee);",
                ]
            }
            if !role.isGrantedToOwner {
                statements.append("grant \(grantee) to \(SQLText.identifier(catalog.owner));")
            }
            guard !statements.isEmpty else { return nil }
            return .init(
                .grant,
                "privileges of role \(name)",
                at: contract.place(ofRole: name),
                statements
            )
        }
    }
}

extension TopicContract {
    /// Where a table is first named.
    func place(of table: TableName) -> SourcePlace? {
        let changes = families.flatMap(\.changes).first { $0.table == table }?.place
        let dependencies = families.flatMap(\.members.dependencies)
        return changes ?? dependencies.first { $0.table == table }?.place
    }

    /// Where a role is first named.
    func place(ofRole role: String) -> SourcePlace? {
        families.first { $0.members.roles.contains(role) }?.members.read.place
    }
}
