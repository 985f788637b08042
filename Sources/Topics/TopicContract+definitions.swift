extension TopicContract {
    /// What the families ask of the tables, all families of one table put together.
    ///
    /// A row in the outbox has what any of the families sends, and the key; who sees which part of
    /// it is decided later, family by family. A table that only rules look at has no routes.
    ///
    /// - Parameter primaryKeys: The columns of the tables' primary keys, as the database has them.
    ///   A table that is missing here counts as keyed by `id`.
    /// - Returns: One definition for each table, ordered by schema and name.
    public func changeDefinitions(
        primaryKeys: [TableName: [String]] = [:]
    ) -> [ChangeDefinition] {
        var carried: [TableName: [(family: TopicFamily, change: FamilyChange)]] = [:]
        var concerning: [TableName: [(family: TopicFamily, dependency: MembershipDependency)]] = [:]
        for family in families {
            for change in family.changes {
                carried[change.table, default: []].append((family, change))
            }
            for dependency in family.members.dependencies {
                concerning[dependency.table, default: []].append((family, dependency))
            }
        }
        let tables = Set(carried.keys).union(concerning.keys).sorted {
            ($0.schema, $0.name) < ($1.schema, $1.name)
        }
        return tables.map { table in
            let key = primaryKeys[table] ?? ["id"]
            let changes = carried[table] ?? []
            let conditions = Set(changes.map(\.change.condition?.sql))
            let shared = conditions.count == 1 ? conditions.first.flatMap { $0 } : nil
            return ChangeDefinition(
                table: table,
                key: key,
                columns: SentColumns.union(changes.map(\.change.columns.sent), with: key),
                condition: shared,
                routes: changes.map { family, change in
                    TopicRoute(
                        family: family.name,
                        keys: change.key,
                        operations: change.operations,
                        condition: shared == nil ? change.condition?.sql : nil
                    )
                },
                concerns: (concerning[table] ?? []).map { family, dependency in
                    ConcernRoute(
                        family: family.name,
                        keys: dependency.key,
                        member: dependency.member,
                        columns: dependency.columns,
                        endsTopic: dependency.isOwnRow(keyedBy: key)
                    )
                }
            )
        }
    }
}

extension MembershipDependency {
    /// Whether the way to the topics is the row's own primary key.
    fileprivate func isOwnRow(keyedBy primaryKey: [String]) -> Bool {
        guard let key, key.allSatisfy(\.steps.isEmpty) else { return false }
        return Set(key.map(\.column)) == Set(primaryKey)
    }
}

extension FamilyColumns {
    /// What any reader of the family sees.
    fileprivate var sent: [SentColumns] {
        switch self {
        case .same(let columns): [columns]
        case .byClass(let columns): columns.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
