internal import PublishedTables
internal import Topics

/// Holds the tables and columns that files name against those that there are.
struct TableChecks {
    let contract: TopicContract
    let catalog: SchemaCatalog
    let surroundings: SchemaSurroundings
    let options: ContractSchemaOptions

    var problems: [TopicProblem] {
        contract.families.flatMap { family in
            family.changes.flatMap { changeProblems($0, family) }
                + family.members.dependencies.flatMap { dependencyProblems($0, family) }
        }
    }

    private func changeProblems(_ change: FamilyChange, _ family: TopicFamily) -> [TopicProblem] {
        let name = change.table
        if isSecret(name) {
            return [error(change.place, "\(name) is secret: no topic may carry it")]
        }
        guard let table = catalog.tables[name] else { return [missing(name, change.place)] }
        guard table.isWritten else {
            return [error(change.place, "\(name) is no table: only rows of tables are carried")]
        }
        var problems: [TopicProblem] = []
        if table.primaryKey == nil {
            problems.append(
                error(change.place, "\(name) has no primary key, by which rows are told apart")
            )
        }
        if surroundings.conditionallyPublished.contains(name) {
            problems.append(
                warning(
                    change.place,
                    "the publication lists \(name) with a condition on its rows, and topics carry "
                        + "it, too: postgres_changes does not serve it"
                )
            )
        }
        return problems + pathProblems(change.key, from: name, change.place, family)
            + sentProblems(change, table, family)
    }

    private func dependencyProblems(
        _ dependency: MembershipDependency,
        _ family: TopicFamily
    ) -> [TopicProblem] {
        let (name, place) = (dependency.table, dependency.place)
        guard let table = catalog.tables[name] else { return [missing(name, place)] }
        guard table.isWritten else {
            return [error(place, "\(name) is no table: only changes of tables can be noticed")]
        }
        var problems: [TopicProblem] = []
        let named = [dependency.member].compactMap { $0 } + (dependency.columns ?? [])
        for column in named where table.column(column) == nil {
            problems.append(missing(column, of: name, place))
        }
        if let member = dependency.member.flatMap(table.column), member.kind == .number {
            problems.append(
                warning(
                    place,
                    "\(name).\(member.name) is a \(member.type): the claim sub of a token must be "
                        + "that number for its member to be found"
                )
            )
        }
        return problems + pathProblems(dependency.key ?? [], from: name, place, family)
    }
}

extension TableChecks {
    /// Follows the ways from a row to its topics.
    private func pathProblems(
        _ paths: [ColumnPath],
        from table: TableName,
        _ place: SourcePlace,
        _ family: TopicFamily
    ) -> [TopicProblem] {
        zip(paths, family.pattern.parameters).flatMap { path, parameter in
            pathProblems(path, from: table, place, parameter)
        }
    }

    private func pathProblems(
        _ path: ColumnPath,
        from start: TableName,
        _ place: SourcePlace,
        _ parameter: TopicPattern.Parameter
    ) -> [TopicProblem] {
        guard var column = catalog.tables[start]?.column(path.column) else {
            return [missing(path.column, of: start, place)]
        }
        var from = start
        var problems: [TopicProblem] = []
        for step in path.steps {
            guard let table = catalog.tables[step.table] else {
                return problems + [missing(step.table, place)]
            }
            guard let match = table.column(step.match) else {
                return problems + [missing(step.match, of: step.table, place)]
            }
            guard let take = table.column(step.take) else {
                return problems + [missing(step.take, of: step.table, place)]
            }
            if !column.isComparable(with: match) {
                problems.append(
                    error(
                        place,
                        "\(from).\(column.name) is a \(column.type) and "
                            + "\(step.table).\(match.name) a \(match.type): they cannot be equal"
                    )
                )
            }
            if !table.isIndexed(by: step.match) {
                problems.append(unindexed(table, step, place))
            }
            (from, column) = (step.table, take)
        }
        guard column.fits(parameter.type) else {
            return problems + [
                error(
                    place,
                    "\(from).\(column.name) is a \(column.type), and the parameter "
                        + "\(parameter.name) a \(parameter.type.words): they cannot be equal"
                )
            ]
        }
        return problems
    }

    private func unindexed(
        _ table: FoundTable,
        _ step: TopicRoute.Step,
        _ place: SourcePlace
    ) -> TopicProblem {
        let isLarge = table.rowCount >= options.rowCountMax
        return TopicProblem(
            place,
            severity: isLarge ? .error : .warning,
            "\(step.table) is looked up by \(step.match) at every change, and has no index that "
                + "begins with it (about \(max(table.rowCount, 0)) rows)"
        )
    }

    /// Looks at what leaves the database.
    private func sentProblems(
        _ change: FamilyChange,
        _ table: FoundTable,
        _ family: TopicFamily
    ) -> [TopicProblem] {
        let (name, place) = (change.table, change.place)
        var problems: [TopicProblem] = []
        for column in change.columns.named where table.column(column) == nil {
            problems.append(missing(column, of: name, place))
        }
        let key = table.primaryKey ?? []
        let sent = table.columns.map(\.name).filter { column in
            key.contains(column) || change.columns.all.contains { $0.contains(column) }
        }
        let kept = options.neverSent.columns(of: name).union(SecretNames.columns)
        for column in sent where kept.contains(column) {
            problems.append(
                error(place, "\(name).\(column) is secret and would be sent: except it in columns")
            )
        }
        for role in family.members.roles {
            let closed = surroundings.unreadable[.init(table: table.oid, role: role)] ?? []
            let leaked = sent.filter(closed.contains)
            guard !leaked.isEmpty else { continue }
            problems.append(
                error(
                    place,
                    "role \(role) may not select \(leaked.joined(separator: ", ")) of \(name), "
                        + "which would be sent to it: except them in columns, or grant SELECT"
                )
            )
        }
        return problems
    }

    private func isSecret(_ table: TableName) -> Bool {
        SecretNames.tables.contains(table.name) || options.neverSent.contains(table)
    }

    private func missing(_ table: TableName, _ place: SourcePlace) -> TopicProblem {
        error(place, "there is no table \(table)")
    }

    private func missing(
        _ column: String,
        of table: TableName,
        _ place: SourcePlace
    ) -> TopicProblem {
        error(place, "\(table) has no column \(column)")
    }

    private func error(_ place: SourcePlace, _ message: String) -> TopicProblem {
        TopicProblem(place, message)
    }

    private func warning(_ place: SourcePlace, _ message: String) -> TopicProblem {
        TopicProblem(place, severity: .warning, message)
    }
}

/// Names of what is secret wherever it stands, besides what the configuration keeps back.
enum SecretNames {
    static let tables: Set<String> = ["api_keys"]
    static let columns: Set<String> = ["embedding", "api_keys", "file_path", "arguments"]
}

extension FamilyColumns {
    /// What each class of readers gets; one entry where all get the same.
    fileprivate var all: [SentColumns] {
        switch self {
        case .same(let columns): [columns]
        case .byClass(let columns): columns.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The columns that the file names.
    fileprivate var named: Set<String> {
        Set(
            all.flatMap { columns in
                switch columns {
                case .only(let names), .except(let names): names
                }
            }
        )
    }
}

extension TopicPattern.ParameterType {
    /// The type as files write it.
    var words: String {
        switch self {
        case .bigint: "bigint"
        case .uuid: "uuid"
        case .text: "text"
        }
    }
}
