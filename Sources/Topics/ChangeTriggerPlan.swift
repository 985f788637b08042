/// The SQL that makes a database send the changes of one table.
///
/// A trigger function and four statement-level triggers, because transition tables allow one
/// operation each; and as much again for whom the changes concern. The functions run with the
/// rights of the owner of schema `realtime`, so that whoever may change a row need not be allowed
/// to write to the outbox.
public struct ChangeTriggerPlan: Hashable, Sendable {
    /// Why a definition cannot be carried out.
    public enum Malformed: Error, Hashable, Sendable {
        /// A name is empty, over 63 bytes of UTF-8, or has a control character.
        case name(String)
        /// A topic family's prefix is empty, over 63 bytes, or has a colon or a control character.
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
        /// A route has no way to its topics, or the routes of a family are told different things.
        case route(TableName, family: String)
        /// Two definitions are of the same table.
        case tableTwice(TableName)
    }

    /// Bytes of UTF-8 that PostgreSQL keeps of a name.
    static let nameByteCountMax = 63

    /// The definition that the plan carries out.
    public let definition: ChangeDefinition

    private let isPublished: Bool

    private var functions: ChangeFunctions {
        ChangeFunctions(definition, isPublished: isPublished)
    }

    /// The statements, in order; each may be run again.
    public var statements: [String] { functions.statements }

    /// What the note in the database says of the text of the function that sends changes.
    ///
    /// Another text, another digest. Nil where the plan sends none.
    public var digest: String? { functions.changes?.digest }

    /// What the statements leave in the database, for whoever compares.
    public var made: [Made] {
        functions.made.map { function, triggers in
            Made(
                function: GeneratedName(function.purpose, of: definition.table).plain,
                digest: function.digest,
                triggers: triggers.map { $0.name(function.purpose) }
            )
        }
    }

    /// The functions that follow paths, by their names in schema `realtime`, not quoted.
    public var lookups: [String] {
        functions.lookups.map { GeneratedName($0.purpose, of: definition.table).plain }
    }

    /// A trigger function in the database, and its triggers.
    ///
    /// The function's comment is a JSON object; `digest` in it is ``digest``.
    public struct Made: Hashable, Sendable {
        /// The function's name in schema `realtime`, not quoted.
        public let function: String
        /// Tells its text from another.
        public let digest: String
        /// The names of the triggers on the table.
        public let triggers: [String]
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
        guard !definition.key.isEmpty || definition.routes.isEmpty else { throw .keyMissing(table) }
        guard isPublished || !definition.routes.isEmpty || !definition.concerns.isEmpty else {
            throw definition.key.isEmpty ? .keyMissing(table) : .routesMissing(table)
        }
        if isPublished || !definition.routes.isEmpty { try Self.checkColumns(definition) }
        for condition in [definition.condition] + definition.routes.map(\.condition) {
            guard let condition else { continue }
            let isEmpty = condition.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            guard !isEmpty, !condition.utf8.contains(0) else { throw .condition(table) }
        }
        try Self.checkNames(definition)
        try Self.checkRoutes(definition)
        self.definition = definition
        self.isPublished = isPublished
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

    private static func checkColumns(_ definition: ChangeDefinition) throws(Malformed) {
        guard definition.columns != .only([]) else { throw .columnsMissing(definition.table) }
        for column in definition.key where !definition.columns.contains(column) {
            throw .keyNotSent(definition.table, column: column)
        }
    }

    /// Which topics are told of an operation is told by their family.
    private static func checkRoutes(_ definition: ChangeDefinition) throws(Malformed) {
        var operations: [String: Set<FamilyChange.Operation>] = [:]
        for route in definition.routes {
            guard !route.keys.isEmpty,
                operations[route.family, default: route.operations] == route.operations
            else { throw .route(definition.table, family: route.family) }
            operations[route.family] = route.operations
        }
        for concern in definition.concerns where concern.keys?.isEmpty == true {
            throw .route(definition.table, family: concern.family)
        }
    }

    private static func checkNames(_ definition: ChangeDefinition) throws(Malformed) {
        for family in definition.routes.map(\.family) + definition.concerns.map(\.family) {
            guard isPlain(family), !family.utf8.contains(UInt8(ascii: ":")),
                family.utf8.count <= nameByteCountMax
            else { throw .family(family) }
        }
        var names = [definition.table.schema, definition.table.name]
        names += definition.key + definition.columns.named
        let paths =
            definition.routes.flatMap(\.keys) + definition.concerns.flatMap { $0.keys ?? [] }
        for path in paths {
            names.append(path.column)
            for step in path.steps {
                names += [step.table.schema, step.table.name, step.match, step.take]
            }
        }
        for concern in definition.concerns {
            names += (concern.member.map { [$0] } ?? []) + (concern.columns ?? [])
        }
        for name in names {
            guard isPlain(name), name.utf8.count <= nameByteCountMax else { throw .name(name) }
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}
