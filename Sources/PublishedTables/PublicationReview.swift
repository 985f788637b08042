public import Changes
public import Topics

/// What a look at the publication came to: which tables can be served, and what that lacks.
public struct PublicationReview: Sendable {
    /// The tables that are served: their triggers are there and copy what is asked.
    public let tables: [PublishedTable]

    /// The triggers that are missing or out of date.
    public let missing: [ChangeTriggerPlan]

    /// Tables that have triggers although the publication no longer lists them.
    public let superfluous: [TableName]

    /// Tables that are listed and cannot be served, with the reasons.
    public let problems: [Problem]

    /// The statements that take the superfluous triggers away, in step.
    let removals: [String]

    /// The tables whose missing triggers the login may not make.
    let closed: Set<TableName>

    /// Whether the triggers are as the publication wants them.
    public var isInStep: Bool { missing.isEmpty && superfluous.isEmpty }

    /// The statements that bring the triggers in step, in one transaction; empty when they are.
    public var sql: String {
        let statements = missing.map(\.sql) + removals.map { $0 + "\n" }
        return statements.isEmpty
            ? "" : "BEGIN;\n\(statements.joined(separator: "\n"))COMMIT;\n"
    }

    /// A table that is listed and cannot be served.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The table.
        public let table: TableName

        /// Why it cannot be served.
        public let reason: Reason

        /// Both in one line, with what to do.
        public var description: String { "\(table): \(reason.rawValue)" }
    }

    /// Why a listed table cannot be served; the raw value says what to do about it.
    public enum Reason: String, CaseIterable, Sendable {
        /// The configuration keeps it back.
        case neverSent = "changes.never_sent keeps it back"

        /// Its triggers were made by something that leaves no note of what it copies.
        case triggersUnknown = "its triggers were made by an older version; make them again"

        /// The publication has a condition on its rows, and its triggers feed topics as well.
        case conditionBesideTopics =
            "topics carry it, so the publication must list it without a condition"

        /// The publication does not list the columns of its primary key.
        case keyNotListed = "the publication must list the columns of its primary key"

        /// A name is longer or odder than PostgreSQL lets names be, or the condition is empty.
        case malformed = "its names or its condition cannot be written as SQL"

        /// The triggers are missing, and the login may not make them.
        case notAllowed = "its triggers are missing; run waypost migrate, or grant TRIGGER on it"
    }
}
