import Logging

/// What is seen of `postgres_changes`.
public enum ChangesObservation: Sendable {
    /// A channel was told what becomes of its bindings.
    case answered(code: String)

    /// So many bindings are followed now, each counted once for every table that it is about.
    case followed(bindingCount: Int)

    /// What the publication offers was read anew, and is something else than before.
    case tablesRead(tableCount: Int, problemCount: Int)

    /// A slice of changes was matched with the bindings, and handed over.
    case matched(Slice)

    /// Something could not be asked of the database, whose connection still stands.
    case failed(Step, sqlState: String?)

    /// What became of one slice.
    public struct Slice: Sendable {
        /// Changes of tables that somebody wants.
        public var changeCount: Int

        /// Pairs of a change and a binding's channel, as far as the gateway itself can tell.
        public var matchCount: Int

        /// Messages for channels.
        public var deliveryCount: Int

        /// Pairs that the database's rules or conditions kept from the channel.
        public var withheldCount: Int

        /// Whether the database was asked, for all of them together.
        public var isAsked: Bool

        /// The time from the oldest COMMIT, or from when the window was read, to the loops.
        public var lag: Duration

        /// Describes a slice.
        ///
        /// - Parameters:
        ///   - changeCount: Changes of tables that somebody wants.
        ///   - matchCount: Pairs of a change and a channel that fit.
        ///   - deliveryCount: Messages for channels.
        ///   - withheldCount: Pairs that the database kept back.
        ///   - isAsked: Whether the database was asked.
        ///   - lag: From the oldest COMMIT to the loops.
        public init(
            changeCount: Int,
            matchCount: Int,
            deliveryCount: Int,
            withheldCount: Int,
            isAsked: Bool,
            lag: Duration
        ) {
            self.changeCount = changeCount
            self.matchCount = matchCount
            self.deliveryCount = deliveryCount
            self.withheldCount = withheldCount
            self.isAsked = isAsked
            self.lag = lag
        }
    }

    /// What was being done.
    public enum Step: String, CaseIterable, Sendable {
        /// Reading what the publication offers, or making triggers for it.
        case tables

        /// Looking whether bindings can be served.
        case bindings

        /// Asking who may see changes.
        case rows

        /// Renewing the snapshots that deleted rows are judged in.
        case snapshots
    }
}

extension ChangesObservation {
    var line: LogLine {
        switch self {
        case .answered(let code): LogLine(.changesAnswered, ["code": "\(code)"])
        case .followed(let count): LogLine(.changesFollowed, ["bindings": "\(count)"])
        case .tablesRead(let count, let problems):
            LogLine(.changesTablesRead, ["tables": "\(count)", "problems": "\(problems)"])
        case .matched(let slice):
            LogLine(
                .changesMatched,
                [
                    "changes": "\(slice.changeCount)", "matches": "\(slice.matchCount)",
                    "deliveries": "\(slice.deliveryCount)", "withheld": "\(slice.withheldCount)",
                    "lag_seconds": .seconds(slice.lag),
                ]
            )
        case .failed(let step, let sqlState):
            LogLine(
                .changesFailed,
                ["step": "\(step.rawValue)", "sqlstate": .optional(sqlState)]
            )
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .answered(let code): [.add(.changesAnswers, [code])]
        case .followed(let count): [.set(.changesBindings, to: Double(count))]
        case .tablesRead(let count, _): [.set(.changesTables, to: Double(count))]
        case .matched(let slice):
            [
                .add(.changesRead, amount: slice.changeCount),
                .add(.changesMatched, amount: slice.matchCount),
                .add(.changesDelivered, amount: slice.deliveryCount),
                .add(.changesWithheld, amount: slice.withheldCount),
                .add(.changesRounds, amount: slice.isAsked ? 1 : 0),
                .observe(.changesLagSeconds, slice.lag),
            ]
        case .failed(let step, _): [.add(.changesFailed, [step.rawValue])]
        }
    }
}
