/// The SQL that makes a database send the changes of one table.
///
/// A trigger function and four statement-level triggers, because transition tables allow one
/// operation each. The function runs with the rights of the owner of schema `realtime`, so that
/// whoever may change a row need not be allowed to write to the outbox.
public struct ChangeTriggerPlan: Hashable, Sendable {
    /// Why a definition cannot be carried out.
    public enum Malformed: Error, Hashable, Sendable {
        /// A name is empty, over 63 bytes of UTF-8, or has a control character.
        case name(String)
        /// A topic family's prefix is empty, or has a colon or a control character.
        case family(String)
        /// The table may feed no topic, ever.
        case secretTable(TableName)
        /// There are no key columns.
        case keyMissing(TableName)
        /// A key column is not among those sent.
        case keyNotSent(TableName, column: String)
        /// There are no routes.
        case routesMissing(TableName)
        /// `only` names no column.
        case columnsMissing(TableName)
        /// The condition is empty, or has a NUL.
        case condition(TableName)
        /// Two definitions are of the same table.
        case tableTwice(TableName)
    }

    /// Bytes of UTF-8 that PostgreSQL keeps of a name.
    static let nameByteCountMax = 63

    /// The definition that the plan carries out.
    public let definition: ChangeDefinition

    /// The statements, in order; each may be run again.
    public var statements: [String] {
        let functions = ChangeFunctions(definition: definition)
        return functions.lookups + [functions.trigger]
            + triggers.map { trigger in
                trigger.sql(table: definition.table, function: functions.name)
            } + [functions.note] + functions.rights
    }

    /// What the function's note in the database says of its text: another text, another digest.
    public var digest: String { ChangeFunctions(definition: definition).digest }

    /// A TRUNCATE is told to topics alone.
    private var triggers: [ChangeTrigger] {
        ChangeTrigger.allCases.filter { $0 != .truncate || !definition.routes.isEmpty }
    }

    /// The statements as one script, to be run in one transaction.
    public var sql: String { statements.joined(separator: "\n\n") + "\n" }

    /// Checks a definition.
    ///
    /// What only the database knows, such as whether a column exists, it says when the SQL is run.
    ///
    /// - Parameters:
    ///   - definition: What is to be sent.
    ///   - secretTables: Tables that may feed no topic.
    ///   - isPublished: Whether the publication asks for the table's changes; then routes may be
    ///     missing, and without them the key.
    /// - Throws: ``Malformed``, naming the first thing that is wrong.
    public init(
        _ definition: ChangeDefinition,
        secretTables: Set<TableName>,
        isPublished: Bool = false
    ) throws(Malformed) {
        let table = definition.table
        guard !secretTables.contains(table) else { throw .secretTable(table) }
        if !isPublished || !definition.routes.isEmpty {
            guard !definition.key.isEmpty else { throw .keyMissing(table) }
            guard !definition.routes.isEmpty else { throw .routesMissing(table) }
        }
        guard definition.columns != .only([]) else { throw .columnsMissing(table) }
        for column in definition.key where !definition.columns.contains(column) {
            throw .keyNotSent(table, column: column)
        }
        if let condition = definition.condition {
            let isEmpty = condition.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            guard !isEmpty, !condition.utf8.contains(0) else { throw .condition(table) }
        }
        try Self.checkNames(definition)
        self.definition = definition
    }

    /// Checks all definitions and puts their plans into one script.
    ///
    /// - Parameters:
    ///   - definitions: What is to be sent; at most one definition for a table.
    ///   - secretTables: Tables that may feed no topic.
    /// - Returns: A script to be run in one transaction; it may be run again.
    /// - Throws: ``Malformed``, naming the first thing that is wrong.
    public static func sql(
        for definitions: [ChangeDefinition],
        secretTables: Set<TableName>
    ) throws(Malformed) -> String {
        var tables: Set<TableName> = []
        var scripts: [String] = []
        for definition in definitions {
            guard tables.insert(definition.table).inserted else {
                throw .tableTwice(definition.table)
            }
            scripts.append(try Self(definition, secretTables: secretTables).sql)
        }
        return scripts.joined(separator: "\n")
    }

    private static func checkNames(_ definition: ChangeDefinition) throws(Malformed) {
        var names = [definition.table.schema, definition.table.name]
        names += definition.key + definition.columns.named
        for route in definition.routes {
            let family = route.family
            guard isPlain(family), !family.utf8.contains(UInt8(ascii: ":"))
            else { throw .family(family) }
            names.append(route.keys[0].column)
            for step in route.keys[0].steps {
                names += [step.table.schema, step.table.name, step.match, step.take]
            }
        }
        for name in names {
            guard isPlain(name), name.utf8.count <= nameByteCountMax else { throw .name(name) }
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}
