internal import Changes
internal import Postgres

/// One call of a function: some of the things to be asked of it.
struct RowCall {
    /// One caller, or one condition, and the places of the rows that are asked about.
    struct Ask {
        /// A question's place, or a condition's.
        let place: Int
        /// Places in the list of changes.
        let rows: [Int]
    }

    let statement: RowRules.Statement
    /// The role's place among the allowed ones.
    let rolePlace: Int
    let table: UInt32
    /// In which it is asked; nil for now.
    let snapshot: String?
    var asks: [Ask]
    /// How many asks of this call have used up their time.
    var timeoutCount = 0

    /// The same with other asks.
    func with(_ asks: [Ask]) -> RowCall {
        var call = self
        call.asks = asks
        return call
    }

    /// One call for each of the rows of its only ask.
    var split: [RowCall] {
        guard let ask = asks.first else { return [] }
        return ask.rows.map { with([Ask(place: ask.place, rows: [$0])]) }
    }

    /// The changes that are asked about, each once, and where each stands among them, from 1.
    func rowPlaces() -> (rows: [Int], places: [Int: Int]) {
        var rows: [Int] = []
        var places: [Int: Int] = [:]
        for ask in asks {
            for row in ask.rows where places[row] == nil {
                rows.append(row)
                places[row] = rows.count
            }
        }
        return (rows, places)
    }

    /// Wraps the call into a transaction of its own.
    ///
    /// - Returns: The steps, and the place of the call's own among those that have outcomes.
    func steps(
        name: String,
        parameters: [String],
        discardsPlans: Bool,
        timeout: Duration?
    ) -> (steps: [PipelineStep], callPlace: Int, outcomeCount: Int) {
        var steps: [PipelineStep] = []
        if discardsPlans { steps += [.query("DISCARD PLANS"), .sync] }
        if let snapshot {
            steps += [
                .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
                // The name is the database's own: digits and hyphens.
                .query("SET TRANSACTION SNAPSHOT '\(snapshot)'"),
            ]
        } else {
            steps.append(.query("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"))
        }
        if let timeout {
            let milliseconds = max(1, Int(timeout / .milliseconds(1)))
            steps.append(.query("SET LOCAL statement_timeout = \(milliseconds)"))
        }
        let callPlace = steps.count - (discardsPlans ? 1 : 0)
        steps += [.prepared(name, parameters), .sync, .query("ROLLBACK"), .sync]
        return (steps, callPlace, callPlace + 2)
    }
}
