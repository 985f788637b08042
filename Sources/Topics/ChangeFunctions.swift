/// The functions behind the triggers of one table.
struct ChangeFunctions {
    let definition: ChangeDefinition

    /// What says where the changes of rows go; nil where nobody asks for them.
    let changes: TriggerFunction?

    /// What says whom the changes concern; nil where they concern nobody.
    let concerns: TriggerFunction?

    /// Functions that follow the paths of both.
    let lookups: [LookupFunction]

    /// - Parameters:
    ///   - definition: What is to be sent.
    ///   - isPublished: Whether the publication asks for the table's changes.
    init(_ definition: ChangeDefinition, isPublished: Bool) {
        self.definition = definition
        var lookups: [LookupFunction] = []
        func part(_ path: ColumnPath, row: String, purpose: String) -> TopicSQL.Part {
            let column = "\(row).\(SQLText.identifier(path.column))"
            guard !path.steps.isEmpty else { return TopicSQL.Part(column: column, lookup: nil) }
            let lookup = LookupFunction(table: definition.table, path: path, purpose: purpose)
            lookups.append(lookup)
            return TopicSQL.Part(column: column, lookup: lookup.name)
        }
        let topics = definition.routes.enumerated().map { index, route in
            TopicSQL(
                family: route.family,
                parts: route.keys.enumerated().map { place, path in
                    let suffix = place == 0 ? "" : "_\(place + 1)"
                    return part(path, row: "r", purpose: "route\(index + 1)\(suffix)")
                }
            )
        }
        let isSent = isPublished || !definition.routes.isEmpty
        changes = isSent ? Self.changes(ChangeRows(definition: definition, topics: topics)) : nil
        let scopes = definition.concerns.enumerated().map { index, route in
            route.keys.map { keys in
                TopicSQL(
                    family: route.family,
                    parts: keys.enumerated().map { place, path in
                        let suffix = place == 0 ? "" : "_\(place + 1)"
                        let own = part(path, row: "r", purpose: "concern\(index + 1)\(suffix)")
                        return TopicSQL.Part(column: "c.key_\(place + 1)", lookup: own.lookup)
                    }
                )
            }
        }
        concerns =
            definition.concerns.isEmpty
            ? nil : ConcernRows(definition: definition, topics: scopes).function
        self.lookups = lookups
    }

    /// The statements, in order; each may be run again.
    var statements: [String] {
        var statements = lookups.map(\.sql)
        for (function, triggers) in made {
            statements.append(function.sql)
            statements += triggers.map(function.sql)
            statements.append(function.note)
        }
        return statements + lookups.map(\.rights) + made.map(\.function.rights)
    }

    /// The trigger functions with their triggers.
    ///
    /// A TRUNCATE is told to topics and to members, not to the publication.
    var made: [(function: TriggerFunction, triggers: [ChangeTrigger])] {
        let isTold = !definition.routes.isEmpty
        let triggers = ChangeTrigger.allCases.filter { $0 != .truncate || isTold }
        return (changes.map { [($0, triggers)] } ?? [])
            + (concerns.map { [($0, ChangeTrigger.allCases)] } ?? [])
    }

    private static func changes(_ rows: ChangeRows) -> TriggerFunction {
        let definition = rows.definition
        let columns =
            switch definition.columns {
            case .except(let names): "'except', \(array(names))"
            case .only(let names): "'only', \(array(names))"
            }
        return TriggerFunction(
            purpose: "changes",
            table: definition.table,
            statements: rows.dispatch,
            insertions: rows.conditions,
            facts: "'topics', \(!definition.routes.isEmpty), \(columns)"
        )
    }

    private static func array(_ names: [String]) -> String {
        "array[\(names.map(SQLText.literal).joined(separator: ", "))]::pg_catalog.text[]"
    }
}
