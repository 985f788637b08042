internal import Changes
internal import Observation
internal import Postgres
internal import Topics

/// The answers to one list of questions while they come in.
struct RowRound {
    /// A condition that is asked for everybody of a role.
    struct Condition: Hashable {
        let table: UInt32
        let rolePlace: Int
        let filter: ChangeFilter
    }

    /// What can be penalised for taking too long.
    enum Culprit: Hashable {
        case caller(UInt32, Caller)
        case rule(RowRules.Key)
        case condition(Condition)
    }

    let questions: [RowQuestion]
    let rows: [ChangedRow]
    /// For each question the changes that it may show, by their places.
    private(set) var seen: [Set<Int>]
    /// For each question its role's place; nil where nothing may be shown.
    private var rolePlaces: [Int?]
    private(set) var conditions: [Condition] = []
    private var conditionPlaces: [Condition: Int] = [:]
    /// For each condition the changes that it is asked about, and those that fulfil it.
    private var concerned: [Set<Int>] = []
    private var fulfilled: [Set<Int>] = []
    private(set) var withheld: [WithheldReason: Int] = [:]
    private(set) var askedCount = 0

    init(_ questions: [RowQuestion], about rows: [ChangedRow]) {
        self.questions = questions
        self.rows = rows
        seen = Array(repeating: [], count: questions.count)
        rolePlaces = Array(repeating: nil, count: questions.count)
    }

    /// Notes that rows of a question are not shown.
    mutating func withhold(_ count: Int, _ reason: WithheldReason) {
        guard count > 0 else { return }
        withheld[reason, default: 0] += count
    }

    /// Notes an answer about one row, which is a letter of ``RowLetter``.
    mutating func take(_ letter: UInt8, question: Int, row: Int) {
        switch letter {
        case RowLetter.yes: seen[question].insert(row)
        case RowLetter.no: withhold(1, .policy)
        case RowLetter.missing: withhold(1, .missing)
        default: withhold(1, .error)
        }
    }

    /// Notes an answer about a condition.
    mutating func take(_ letter: UInt8, condition: Int, row: Int) {
        if letter == RowLetter.yes { fulfilled[condition].insert(row) }
    }

    /// What came of it all.
    func answers() -> [RowAnswer] {
        questions.indices.map { place in
            let question = questions[place]
            return RowAnswer(
                isVisible: question.rows.map { seen[place].contains($0) },
                holds: question.filters.map { list in
                    question.rows.map { row in holds(list, question: place, row: row) }
                }
            )
        }
    }

    private func holds(_ filters: [ChangeFilter], question: Int, row: Int) -> Bool {
        guard let rolePlace = rolePlaces[question] else { return false }
        return filters.allSatisfy { filter in
            let key = Condition(
                table: questions[question].table,
                rolePlace: rolePlace,
                filter: filter
            )
            return conditionPlaces[key].map { fulfilled[$0].contains(row) } ?? false
        }
    }
}

extension RowRound {
    /// Sorts out what has to be asked.
    ///
    /// - Parameters:
    ///   - rules: The rules as last read.
    ///   - snapshots: Those in which deleted rows are judged.
    ///   - penalties: Who is not asked.
    /// - Returns: The calls, before they are cut to size.
    mutating func calls(
        _ rules: RowRules,
        _ snapshots: HeldSnapshots,
        _ penalties: Penalties<Culprit>
    ) -> [RowCall] {
        var calls: [RowCall] = []
        var callPlaces: [RowCallKey: Int] = [:]
        let now = ContinuousClock.now
        for (place, question) in questions.enumerated() {
            askedCount += question.rows.count
            guard let rolePlace = rules.place(ofRole: question.caller.role) else {
                withhold(question.rows.count, .role)
                continue
            }
            let key = RowRules.Key(table: question.table, rolePlace: rolePlace)
            let plan = rules.plan(for: key)
            if case .closed(let reason) = plan {
                withhold(question.rows.count, reason)
                continue
            }
            rolePlaces[place] = rolePlace
            let usable = usableRows(of: question, rules)
            withhold(question.rows.count - usable.count, .table)
            noteConditions(of: question, rolePlace: rolePlace, usable)
            guard case .asking = plan else {
                seen[place].formUnion(usable)
                continue
            }
            guard !question.caller.containsNUL else {
                withhold(usable.count, .error)
                continue
            }
            guard !penalties.applies(to: .rule(key), now: now),
                !penalties.applies(to: .caller(question.table, question.caller), now: now)
            else {
                withhold(usable.count, .timeout)
                continue
            }
            for (snapshot, rows) in bySnapshot(usable, snapshots) {
                let callKey = RowCallKey(
                    statement: .rule(key),
                    table: key.table,
                    snapshot: snapshot
                )
                let ask = RowCall.Ask(place: place, rows: rows)
                if let callPlace = callPlaces[callKey] {
                    calls[callPlace].asks.append(ask)
                } else {
                    callPlaces[callKey] = calls.count
                    calls.append(
                        RowCall(
                            statement: .rule(key),
                            rolePlace: rolePlace,
                            table: key.table,
                            snapshot: snapshot,
                            asks: [ask]
                        )
                    )
                }
            }
        }
        return calls + conditionCalls(rules, penalties, now)
    }

    /// The rows that are of the table asked about and have values.
    private func usableRows(of question: RowQuestion, _ rules: RowRules) -> [Int] {
        let name = rules.published[question.table]?.name
        return question.rows.filter { row in
            rows.indices.contains(row) && rows[row].table == name && rows[row].values != nil
        }
    }

    /// Deleted rows go to a snapshot from before; the others to none.
    private mutating func bySnapshot(
        _ places: [Int],
        _ snapshots: HeldSnapshots
    ) -> [(snapshot: String?, rows: [Int])] {
        var groups: [(snapshot: String?, rows: [Int])] = []
        for place in places {
            var snapshot: String?
            if rows[place].operation == .delete {
                guard let newest = snapshots.newest(before: rows[place].transaction) else {
                    withhold(1, .snapshot)
                    continue
                }
                snapshot = newest
            }
            if let group = groups.firstIndex(where: { $0.snapshot == snapshot }) {
                groups[group].rows.append(place)
            } else {
                groups.append((snapshot, [place]))
            }
        }
        return groups
    }

    private mutating func noteConditions(
        of question: RowQuestion,
        rolePlace: Int,
        _ usable: [Int]
    ) {
        for filter in question.filters.joined() {
            let key = Condition(table: question.table, rolePlace: rolePlace, filter: filter)
            if let known = conditionPlaces[key] {
                concerned[known].formUnion(usable)
            } else {
                conditionPlaces[key] = conditions.count
                conditions.append(key)
                concerned.append(Set(usable))
                fulfilled.append([])
            }
        }
    }

    private func conditionCalls(
        _ rules: RowRules,
        _ penalties: Penalties<Culprit>,
        _ now: ContinuousClock.Instant
    ) -> [RowCall] {
        var calls: [RowCall] = []
        for (place, condition) in conditions.enumerated() where !concerned[place].isEmpty {
            let filter = condition.filter
            guard !penalties.applies(to: .condition(condition), now: now),
                !filter.containsNUL,
                let column = rules.catalog.tables[condition.table]?.column(filter.column),
                column.readers.contains(condition.rolePlace),
                let kind = ConditionKind(filter, type: column.type)
            else { continue }
            let ask = RowCall.Ask(place: place, rows: concerned[place].sorted())
            let statement = RowRules.Statement.condition(kind)
            if let call = calls.firstIndex(where: {
                $0.statement == statement && $0.rolePlace == condition.rolePlace
                    && $0.table == condition.table
            }) {
                calls[call].asks.append(ask)
            } else {
                calls.append(
                    RowCall(
                        statement: statement,
                        rolePlace: condition.rolePlace,
                        table: condition.table,
                        snapshot: nil,
                        asks: [ask]
                    )
                )
            }
        }
        return calls
    }
}

/// What is asked in one call.
private struct RowCallKey: Hashable {
    let statement: RowRules.Statement
    let table: UInt32
    let snapshot: String?
}

extension Caller {
    /// Whether libpq would cut something off.
    var containsNUL: Bool { claims.utf8.contains(0) || headers.utf8.contains(0) }
}

extension ChangeFilter {
    /// Whether libpq would cut something off.
    var containsNUL: Bool {
        column.utf8.contains(0) || values.contains { $0.utf8.contains(0) }
    }
}
