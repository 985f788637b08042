import Logging

/// What is seen of who may see which change of a row.
public enum RowSecurityObservation: Sendable {
    /// Policies and privileges of published tables were read anew; so many policies are there.
    case rulesRead(tables: Int, policies: Int, duration: Duration)

    /// They could not be read or compiled; nobody is shown a change until they can.
    case rulesFailed(sqlState: String?)

    /// A policy counts as no, because changes lack a column that it names: `*` for the row as a
    /// whole, `system` for a system column.
    case ruleUnsupported(policy: String, table: String, column: String)

    /// A policy raised an error, which withholds the row.
    case ruleFailed(policy: String, table: String, sqlState: String)

    /// A condition of a channel raised an error, which counts as no.
    case conditionFailed(sqlState: String)

    /// Questions were answered, in so many round trips. Rows count once for each caller.
    case answered(rounds: Int, rows: Int, withheld: [String: Int], duration: Duration)
}

extension RowSecurityObservation {
    var line: LogLine {
        switch self {
        case .rulesRead(let tables, let policies, let duration):
            LogLine(
                .rowRulesRead,
                [
                    "tables": "\(tables)", "policies": "\(policies)",
                    "seconds": .seconds(duration),
                ]
            )
        case .rulesFailed(let sqlState):
            LogLine(.rowRulesFailed, ["sqlstate": .optional(sqlState)])
        case .ruleUnsupported(let policy, let table, let column):
            LogLine(
                .rowRuleUnsupported,
                ["policy": "\(policy)", "table": "\(table)", "column": "\(column)"]
            )
        case .ruleFailed(let policy, let table, let sqlState):
            LogLine(
                .rowRuleFailed,
                ["policy": "\(policy)", "table": "\(table)", "sqlstate": "\(sqlState)"]
            )
        case .conditionFailed(let sqlState):
            LogLine(.rowConditionFailed, ["sqlstate": "\(sqlState)"])
        case .answered(let rounds, let rows, let withheld, let duration):
            LogLine(
                .rowsJudged,
                [
                    "rounds": "\(rounds)", "rows": "\(rows)",
                    "withheld": "\(withheld.values.reduce(0, +))", "seconds": .seconds(duration),
                ]
            )
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .rulesRead(_, let policies, _): [.set(.rowPolicies, to: Double(policies))]
        case .rulesFailed: [.set(.rowPolicies, to: 0), .add(.rowPoliciesFailed)]
        case .ruleUnsupported: [.add(.rowRulesUnsupported)]
        case .ruleFailed(_, _, let sqlState): [.add(.rowRulesFailed, [sqlState])]
        case .conditionFailed(let sqlState): [.add(.rowConditionsFailed, [sqlState])]
        case .answered(let rounds, let rows, let withheld, let duration):
            [
                .add(.rowRounds, amount: rounds),
                .add(.rowsJudged, amount: rows),
                .observe(.rowSeconds, duration),
            ]
                + withheld.filter { $0.value > 0 }.map {
                    .add(.rowsWithheld, [$0.key], amount: $0.value)
                }
        }
    }
}
