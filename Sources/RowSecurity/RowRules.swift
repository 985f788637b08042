internal import Changes
internal import Observation
internal import Postgres
internal import Topics

/// The rules as last read, and the functions made of them on one connection.
final class RowRules {
    /// A role's rules about one table.
    struct Key: Hashable {
        let table: UInt32
        let rolePlace: Int
    }

    /// A function that stands ready under its name as a prepared statement.
    enum Statement: Hashable {
        case rule(Key)
        case condition(ConditionKind)
    }

    let connection: PostgresConnection
    let roleNames: [String]
    private(set) var published: [UInt32: PublishedTable] = [:]
    private(set) var catalog = RowCatalog.empty
    private let policyCheckInterval: Duration
    private let observe: Observe
    private var readAt: ContinuousClock.Instant?
    private var isReadable = false
    private var plans: [Key: RowPlan] = [:]
    private var toldUnsupported: Set<String> = []
    /// What each statement was made from, by its name.
    private var definitions: [String: String] = [:]
    private var names: [Statement: String] = [:]

    init(
        connection: PostgresConnection,
        configuration: RowSecurityConfiguration,
        observe: @escaping Observe
    ) {
        self.connection = connection
        // To PostgreSQL, this name means the login itself.
        roleNames = configuration.allowedRoles.map { $0 == "none" ? "" : $0 }
        policyCheckInterval = configuration.policyCheckInterval
        self.observe = observe
    }

    /// Takes what is published, and reads the catalog when that changed or it is time.
    func refresh(_ tables: [PublishedTable]) throws(PostgresError) {
        var given: [UInt32: PublishedTable] = [:]
        for table in tables { given[table.oid] = table }
        guard given != published else { return try refreshIfDue() }
        published = given
        plans = [:]
        toldUnsupported = []
        try read()
    }

    /// Reads the catalog when the last time is long enough ago.
    func refreshIfDue() throws(PostgresError) {
        let interval = isReadable ? policyCheckInterval : min(policyCheckInterval, Self.staleAge)
        guard let readAt, ContinuousClock.now - readAt < interval else {
            try read()
            return
        }
    }

    /// Reads the catalog again after an answer that looked as if names had changed their meaning.
    ///
    /// - Returns: Whether something had changed.
    func refreshIfStale() throws(PostgresError) -> Bool {
        // A rule that always raises so must not make every question read the catalog.
        guard let readAt, ContinuousClock.now - readAt >= Self.staleAge else { return false }
        return try read()
    }

    /// Where a role stands among the allowed ones, if the gateway may act as it.
    func place(ofRole role: String) -> Int? {
        guard !role.isEmpty,
            let place = roleNames.firstIndex(where: { $0.utf8.elementsEqual(role.utf8) }),
            catalog.roles.indices.contains(place), catalog.roles[place] == true
        else { return nil }
        return place
    }

    /// How questions of a role about a table are answered.
    func plan(for key: Key) -> RowPlan {
        if let plan = plans[key] { return plan }
        guard let table = published[key.table], let known = catalog.tables[key.table],
            known.name == table.name
        else { return .closed(.table) }
        let (plan, unsupported) = RowPlan.make(table, known, rolePlace: key.rolePlace)
        for one in unsupported
        where toldUnsupported.insert("\(key.table) \(one.policy)").inserted {
            observe(
                .rowSecurity(
                    .ruleUnsupported(
                        policy: one.policy,
                        table: "\(table.name)",
                        column: one.column
                    )
                )
            )
        }
        plans[key] = plan
        return plan
    }

    /// Reads the catalog.
    ///
    /// - Returns: Whether it had changed.
    @discardableResult
    private func read() throws(PostgresError) -> Bool {
        let before = ContinuousClock.now
        readAt = before
        do throws(PostgresError) {
            // A function wrongly declared IMMUTABLE may have left its value in a remembered plan.
            try connection.execute("DISCARD PLANS")
            let read = try RowCatalog.read(
                from: connection,
                roleNames: roleNames,
                tables: published.keys.sorted()
            )
            guard !isReadable || read != catalog else { return false }
            isReadable = true
            catalog = read
            plans = [:]
            toldUnsupported = []
            observe(
                .rowSecurity(
                    .rulesRead(
                        tables: read.tables.count,
                        policies: read.tables.values.reduce(0) { $0 + $1.policies.count },
                        duration: .now - before
                    )
                )
            )
            return true
        } catch {
            guard !error.isConnectionLost else { throw error }
            isReadable = false
            catalog = .empty
            plans = [:]
            observe(.rowSecurity(.rulesFailed(sqlState: error.sqlState)))
            return true
        }
    }

    private static let staleAge = Duration.milliseconds(250)
}

extension RowRules {
    /// Makes functions that are not there yet or not as they should be, in one round trip.
    ///
    /// - Returns: The names of those that stand ready, and the SQLSTATEs of those that do not.
    func prepare(
        _ statements: [Statement]
    ) throws(PostgresError) -> (names: [Statement: String], failures: [Statement: String]) {
        var ready: [Statement: String] = [:]
        var failures: [Statement: String] = [:]
        var steps: [PipelineStep] = []
        var made: [(statement: Statement, name: String, definition: String, stepCount: Int)] = []
        for statement in statements {
            let name = names[statement] ?? "waypost_rows_\(names.count)"
            names[statement] = name
            guard let (definition, call) = function(statement, name: name) else { continue }
            guard definitions[name] != definition else {
                ready[statement] = name
                continue
            }
            steps += [.query(definition), .sync]
            // A prepared call stays when its function is replaced.
            if definitions[name] == nil { steps += [.query("PREPARE \(name) AS \(call)"), .sync] }
            made.append((statement, name, definition, definitions[name] == nil ? 2 : 1))
        }
        guard !made.isEmpty else { return (ready, failures) }
        let outcomes = try connection.pipeline(steps)
        var place = 0
        for one in made {
            let own = outcomes[place..<(place + one.stepCount)]
            place += one.stepCount
            let failed = own.lazy.compactMap { outcome in
                if case .failure(let error) = outcome { error.sqlState ?? "" } else { nil }
            }.first
            if let failed {
                failures[one.statement] = failed
                observe(.rowSecurity(.rulesFailed(sqlState: failed)))
            } else {
                definitions[one.name] = one.definition
                ready[one.statement] = one.name
            }
        }
        return (ready, failures)
    }

    private func function(
        _ statement: Statement,
        name: String
    ) -> (definition: String, call: String)? {
        switch statement {
        case .rule(let key):
            guard case .asking(let rule) = plan(for: key) else { return nil }
            let function = RowFunction(role: roleNames[key.rolePlace], rule: rule, name: name)
            return (function.definition, function.call)
        case .condition(let kind):
            let function = ConditionFunction(kind: kind, name: name)
            return (function.definition, function.call)
        }
    }
}
