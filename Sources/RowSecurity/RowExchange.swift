internal import Changes
internal import Observation
internal import Postgres
internal import Topics
internal import Wire

/// Asks the database for one ``RowRound``, with as many round trips as it takes.
struct RowExchange {
    let rules: RowRules
    let snapshots: HeldSnapshots
    let configuration: RowSecurityConfiguration
    let observe: Observe
    private(set) var round: RowRound
    private(set) var penalties: Penalties<RowRound.Culprit>
    private(set) var roundTripCount = 0
    /// Whether an error came up as from names that are no longer what they were.
    private(set) var suggestsStaleRules = false
    private var told: Set<String> = []

    init(
        _ round: RowRound,
        rules: RowRules,
        snapshots: HeldSnapshots,
        penalties: Penalties<RowRound.Culprit>,
        configuration: RowSecurityConfiguration,
        observe: @escaping Observe
    ) {
        self.round = round
        self.rules = rules
        self.snapshots = snapshots
        self.penalties = penalties
        self.configuration = configuration
        self.observe = observe
    }

    /// Asks everything; what cannot be found out stays no.
    mutating func run() throws(PostgresError) {
        let wanted = round.calls(rules, snapshots, penalties)
        guard !wanted.isEmpty else { return }
        let (names, failures) = try rules.prepare(wanted.map(\.statement))
        var waiting: [RowCall] = []
        for call in wanted {
            guard names[call.statement] != nil else {
                giveUp(call, .error)
                note(failure: failures[call.statement] ?? "", of: call)
                continue
            }
            waiting += cut(call)
        }
        while !waiting.isEmpty { waiting = try exchange(waiting, names) }
    }

    /// Cuts a call into ones of a size that is sent at once.
    private func cut(_ call: RowCall) -> [RowCall] {
        // A plan that was made for one caller must not serve the next one then.
        let countMax = rules.catalog.hasFalseImmutable ? 1 : Self.askCountMax
        var calls: [RowCall] = []
        var asks: [RowCall.Ask] = []
        var byteCount = 0
        for ask in call.asks {
            let own = byteCountOf(ask, call)
            if !asks.isEmpty, asks.count >= countMax || byteCount + own > Self.byteCountMax {
                calls.append(call.with(asks))
                asks = []
                byteCount = 0
            }
            asks.append(ask)
            byteCount += own
        }
        if !asks.isEmpty { calls.append(call.with(asks)) }
        return calls
    }

    private func byteCountOf(_ ask: RowCall.Ask, _ call: RowCall) -> Int {
        switch call.statement {
        case .rule:
            let caller = round.questions[ask.place].caller
            return caller.claims.utf8.count + caller.headers.utf8.count
        case .condition:
            return round.conditions[ask.place].filter.values.reduce(0) { $0 + $1.utf8.count }
        }
    }

    /// One round trip.
    ///
    /// - Returns: What has to be asked again.
    private mutating func exchange(
        _ calls: [RowCall],
        _ names: [RowRules.Statement: String]
    ) throws(PostgresError) -> [RowCall] {
        var steps: [PipelineStep] = []
        var places: [(first: Int, call: Int)] = []
        var outcomeCount = 0
        var limit = Self.answerGrace
        for call in calls {
            let timeout = self.timeout(of: call)
            limit += timeout
            let own = call.steps(
                name: names[call.statement] ?? "",
                parameters: parameters(of: call, timeout: timeout),
                discardsPlans: rules.catalog.hasFalseImmutable,
                timeout: timeout == configuration.statementTimeout ? nil : timeout
            )
            steps += own.steps
            let first = outcomeCount + (rules.catalog.hasFalseImmutable ? 1 : 0)
            places.append((first, outcomeCount + own.callPlace))
            outcomeCount += own.outcomeCount
        }
        // Only a host that went silent takes longer than the statements' own limits.
        rules.connection.statementDeadline = limit
        roundTripCount += 1
        let outcomes = try rules.connection.pipeline(steps)
        var again: [RowCall] = []
        for (call, place) in zip(calls, places) {
            if let snapshot = call.snapshot, case .failure = outcomes[place.first + 1] {
                snapshots.forget(snapshot)
                giveUp(call, .snapshot)
                continue
            }
            switch outcomes[place.call] {
            case .success(let rows): again += take(rows, call)
            case .failure(let error): again += retry(call, after: error)
            }
        }
        return again
    }

    private func timeout(of call: RowCall) -> Duration {
        switch call.statement {
        case .rule: configuration.statementTimeout
        case .condition: configuration.conditionTimeout
        }
    }

    private func parameters(of call: RowCall, timeout: Duration) -> [String] {
        let (rows, places) = call.rowPlaces()
        let values = ArrayText.of(rows.lazy.map { round.rows[$0].values?.text ?? "{}" })
        let asked = ArrayText.of(
            call.asks.lazy.map { ask in
                "{" + ask.rows.map { String(places[$0] ?? 0) }.joined(separator: ",") + "}"
            }
        )
        // Half of the time is left for whoever is asked last.
        let patience = "\(max(1, Int(timeout / .milliseconds(2)))) ms"
        switch call.statement {
        case .rule:
            let callers = call.asks.lazy.map { round.questions[$0.place].caller }
            return [
                values, ArrayText.of(callers.map(\.claims)), ArrayText.of(callers.map(\.headers)),
                asked, patience,
            ]
        case .condition:
            let filters = call.asks.lazy.map { round.conditions[$0.place].filter }
            return [
                values, rules.roleNames[call.rolePlace], ArrayText.of(filters.map(\.column)),
                ArrayText.of(filters.map { ArrayText.of($0.values) }),
                ArrayText.of(filters.map { $0.isNegated ? "t" : "f" }), asked, patience,
            ]
        }
    }
}

extension RowExchange {
    /// Takes what a call answered.
    ///
    /// - Returns: What it did not come to.
    private mutating func take(_ rows: Rows, _ call: RowCall) -> [RowCall] {
        guard rows.count > 0 else {
            giveUp(call, .error)
            return []
        }
        var call = call
        var again: [RowCall] = []
        for (row, ask) in zip(0..<rows.count, call.asks) {
            let letters = rows.bytes(row, 0) ?? []
            guard letters != [RowLetter.canceled] else {
                call.timeoutCount += 1
                again += timedOut(call.with([ask]))
                continue
            }
            apply(letters, ask, call)
            let failures = rows[row, 1] ?? ""
            if !failures.isEmpty { note(failures, of: call) }
        }
        let rest = Array(call.asks.dropFirst(rows.count))
        guard !rest.isEmpty else {
            if case .rule(let key) = call.statement, call.timeoutCount == 0 {
                penalties.forgive(.rule(key))
            }
            return again
        }
        guard call.timeoutCount < Self.timeoutCountMax else {
            // So many in a row are the rule's fault, not theirs.
            if case .rule(let key) = call.statement { penalties.add(.rule(key), now: .now) }
            giveUp(call.with(rest), .timeout)
            return again
        }
        return again + [call.with(rest)]
    }

    private mutating func apply(_ letters: [UInt8], _ ask: RowCall.Ask, _ call: RowCall) {
        for (offset, row) in ask.rows.enumerated() {
            let letter = offset < letters.count ? letters[offset] : RowLetter.error
            switch call.statement {
            case .rule: round.take(letter, question: ask.place, row: row)
            case .condition: round.take(letter, condition: ask.place, row: row)
            }
        }
        penalties.forgive(culprit(ask, call))
    }

    private func culprit(_ ask: RowCall.Ask, _ call: RowCall) -> RowRound.Culprit {
        switch call.statement {
        case .rule: .caller(call.table, round.questions[ask.place].caller)
        case .condition: .condition(round.conditions[ask.place])
        }
    }

    /// A call with a single ask used up its time.
    private mutating func timedOut(_ call: RowCall) -> [RowCall] {
        guard let ask = call.asks.first else { return [] }
        if case .rule = call.statement, ask.rows.count > 1,
            call.timeoutCount < Self.timeoutCountMax
        {
            return call.split
        }
        penalties.add(culprit(ask, call), now: .now)
        giveUp(call, .timeout)
        note(failure: Self.queryCanceled, of: call)
        return []
    }

    /// Asks apart what spoils a call for the others.
    private mutating func retry(_ call: RowCall, after error: PostgresError) -> [RowCall] {
        guard call.asks.count == 1 else {
            let middle = call.asks.count / 2
            return [
                call.with(Array(call.asks[..<middle])), call.with(Array(call.asks[middle...])),
            ]
        }
        if error.sqlState == Self.queryCanceled {
            var call = call
            call.timeoutCount += 1
            return timedOut(call)
        }
        guard call.asks[0].rows.count == 1 else { return call.split }
        giveUp(call, .error)
        note(failure: error.sqlState ?? "", of: call)
        return []
    }

    private mutating func giveUp(_ call: RowCall, _ reason: WithheldReason) {
        guard case .rule = call.statement else { return }
        round.withhold(call.asks.reduce(0) { $0 + $1.rows.count }, reason)
    }

    /// Says what failed: `22P02/1 ` for each failure, a SQLSTATE and a place among the arms.
    private mutating func note(_ failures: String, of call: RowCall) {
        for failure in failures.split(separator: " ") {
            let parts = failure.split(separator: "/")
            guard parts.count == 2 else { continue }
            note(failure: String(parts[0]), arm: Int(parts[1]), of: call)
        }
    }

    private mutating func note(failure sqlState: String, arm: Int? = nil, of call: RowCall) {
        // Missing or changed functions, tables, columns, schemas, privileges, plans.
        if ["42", "3F", "0A", "2B", "55"].contains(where: { sqlState.hasPrefix($0) }) {
            suggestsStaleRules = true
        }
        let table = rules.published[call.table].map { "\($0.name)" } ?? ""
        switch call.statement {
        case .condition:
            observe(.rowSecurity(.conditionFailed(sqlState: sqlState)))
        case .rule(let key):
            var policy = "none"
            if case .asking(let rule) = rules.plan(for: key), let arm,
                rule.arms.indices.contains(arm)
            {
                policy = rule.arms[arm].policy
            }
            // Once for a slice: a rule that raises does so for everybody.
            guard told.insert("\(call.table) \(sqlState) \(policy)").inserted else { return }
            observe(
                .rowSecurity(.ruleFailed(policy: policy, table: table, sqlState: sqlState))
            )
        }
    }

    /// Callers, or conditions, of one call.
    static let askCountMax = 2_000
    /// Bytes of claims and headers, or of comparands, in one call, unless a single one is larger.
    static let byteCountMax = 1 << 20
    /// After so many that used up their time, the rest of a call is not asked.
    static let timeoutCountMax = 3
    static let answerGrace = Duration.seconds(2)
    static let queryCanceled = "57014"
}
