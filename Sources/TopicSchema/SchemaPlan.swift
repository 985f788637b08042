public import Topics

/// What has to be done to a database so that it is as the topic files want it.
public struct SchemaPlan: Hashable, Sendable {
    /// What is done to an object.
    public enum Action: String, Hashable, Sendable {
        /// It is missing.
        case make
        /// It is there, and different.
        case replace
        /// No file asks for it any more.
        case remove
        /// A role lacks a privilege.
        case grant
    }

    /// One object that is not as it should be.
    public struct Step: Hashable, Sendable {
        /// What is done.
        public let action: Action
        /// The object, such as `policy waypost_trip_read on realtime.messages`.
        public let object: String
        /// Where a file asks for it; nil where none does.
        public let place: SourcePlace?
        /// The statements, in order.
        public let statements: [String]

        let lock: TableLock?

        init(
            _ action: Action,
            _ object: String,
            at place: SourcePlace? = nil,
            locking lock: TableLock? = nil,
            _ statements: [String]
        ) {
            self.action = action
            self.object = object
            self.place = place
            self.lock = lock
            self.statements = statements
        }
    }

    /// The steps, in the order in which they can be done.
    public let steps: [Step]

    /// Whether the database is as the files want it.
    public var isEmpty: Bool { steps.isEmpty }

    /// Each step in a line, such as `make function realtime.member_trip_read()`.
    public var summary: [String] { steps.map { "\($0.action.rawValue) \($0.object)" } }

    /// The steps as one transaction for `psql`; empty where there are none.
    public var sql: String {
        guard !isEmpty else { return "" }
        let parts = steps.map { step in
            // A name may break the line, and would then be read as SQL.
            let title = "\(step.action.rawValue) \(step.object)".split { $0.isNewline }
            return
                "-- \(title.joined(separator: " "))\n\(step.statements.joined(separator: "\n"))\n"
        }
        return """
            begin;
            set local search_path = '';
            set local lock_timeout = '3s';

            \(parts.joined(separator: "\n"))
            commit;

            """
    }

    /// The tables that must stand still meanwhile, each once, in order.
    var locks: [TableLock] {
        var modes: [TableName: TableLock.Mode] = [:]
        for lock in steps.compactMap(\.lock) {
            modes[lock.table] = max(lock.mode, modes[lock.table] ?? lock.mode)
        }
        return modes.map { TableLock(table: $0.key, mode: $0.value) }.sorted {
            ($0.table.schema, $0.table.name) < ($1.table.schema, $1.table.name)
        }
    }
}

/// A lock that a step takes on a table.
struct TableLock: Hashable, Sendable {
    /// How much it keeps away.
    enum Mode: Int, Comparable, Sendable {
        /// Whoever writes.
        case writers
        /// Everybody.
        case everybody

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The table with the policies.
    static let messages = TableLock(
        table: TableName(schema: "realtime", "messages"),
        mode: .everybody
    )

    let table: TableName
    let mode: Mode

    /// Takes the lock; partitions are left alone, as by the statements that follow.
    var sql: String {
        let mode = mode == .writers ? "share row exclusive" : "access exclusive"
        return "lock table only \(table.sql) in \(mode) mode"
    }
}
