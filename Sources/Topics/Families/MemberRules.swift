/// An SQL expression of a topic file, taken as it was written.
public struct RuleExpression: Hashable, Sendable {
    /// The expression; parameters of the family's pattern stand in it by their names.
    public let sql: String
    /// Where it stands.
    public let place: SourcePlace

    /// Takes an expression.
    ///
    /// - Parameters:
    ///   - sql: The expression.
    ///   - place: Where it stands.
    public init(_ sql: String, at place: SourcePlace) {
        self.sql = sql
        self.place = place
    }
}

/// Who may join the topics of a family, and what each may do there.
public struct MemberRules: Hashable, Sendable {
    /// The database roles that the rules are for; everybody else's joins are not theirs to allow.
    public let roles: [String]
    /// Whether somebody may receive broadcasts and changes: a boolean expression.
    public let read: RuleExpression
    /// Whether somebody may send broadcasts; nil for nobody.
    public let write: RuleExpression?
    /// Whether somebody may see presence.
    public let presenceRead: RuleExpression
    /// Whether somebody may track presence; nil for nobody.
    public let presenceWrite: RuleExpression?
    /// Which class of readers somebody belongs to: a text expression; nil where all see the same.
    public let readerClass: RuleExpression?
    /// Whose changes re-evaluate whom.
    public let dependencies: [MembershipDependency]

    /// Describes the rules.
    ///
    /// - Parameters:
    ///   - roles: Default `authenticated`.
    ///   - read: Who may receive.
    ///   - write: Who may send.
    ///   - presenceRead: Who may see presence; default who may receive.
    ///   - presenceWrite: Who may track presence.
    ///   - readerClass: Which class somebody belongs to.
    ///   - dependencies: Whose changes re-evaluate whom.
    public init(
        roles: [String] = ["authenticated"],
        read: RuleExpression,
        write: RuleExpression?,
        presenceRead: RuleExpression? = nil,
        presenceWrite: RuleExpression? = nil,
        readerClass: RuleExpression? = nil,
        dependencies: [MembershipDependency] = []
    ) {
        self.roles = roles
        self.read = read
        self.write = write
        self.presenceRead = presenceRead ?? read
        self.presenceWrite = presenceWrite
        self.readerClass = readerClass
        self.dependencies = dependencies
    }
}

/// A table that a family's rules look at: a change there re-evaluates the members concerned.
public struct MembershipDependency: Hashable, Sendable {
    /// The table.
    public let table: TableName
    /// How a row finds the topics whose members it concerns, one way for each parameter of the
    /// pattern; nil where the row's member is concerned in all topics of the family.
    public let key: [ColumnPath]?
    /// The column that names the member concerned, as the claim `sub` does; nil for all members.
    public let member: String?
    /// The columns whose changes count; nil for all.
    public let columns: [String]?
    /// Where it stands.
    public let place: SourcePlace

    /// Describes a dependency.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The way to the topics.
    ///   - member: The column that names the member.
    ///   - columns: The columns whose changes count.
    ///   - place: Where it stands.
    public init(
        table: TableName,
        key: [ColumnPath]?,
        member: String? = nil,
        columns: [String]? = nil,
        at place: SourcePlace
    ) {
        self.table = table
        self.key = key
        self.member = member
        self.columns = columns
        self.place = place
    }
}

/// The way from a row to a value: a column of its own, or one of another row at the end of steps.
///
/// A topic file writes it `message_id -> chat_messages.id -> session_id`.
public struct ColumnPath: Hashable, Sendable {
    /// The row's own column.
    public let column: String
    /// The way on from there; empty when the column itself is meant.
    ///
    /// It may lead to several rows.
    public let steps: [TopicRoute.Step]

    /// Describes a way.
    ///
    /// - Parameters:
    ///   - column: The row's own column.
    ///   - steps: The way on. Default none.
    public init(_ column: String, steps: [TopicRoute.Step] = []) {
        self.column = column
        self.steps = steps
    }
}
