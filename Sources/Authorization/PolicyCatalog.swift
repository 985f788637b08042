/// What the database's catalog says about `realtime.messages` and the roles that may ask.
///
/// Two equal catalogs compile to the same functions, so comparing them is the check for changes.
struct PolicyCatalog: Hashable, Sendable {
    let columns: [MessageColumn]
    let roles: [RoleRights]
    /// In the order in which PostgreSQL asks the permissive ones: by name, the last first.
    ///
    /// It decides whether a raising policy is reached at all when another one says yes.
    let policies: [Policy]
    /// Whether a function is declared IMMUTABLE but reads the caller's settings.
    ///
    /// A remembered plan would hold the first caller's value for everybody; with such a function
    /// around, every evaluation is planned afresh, which costs nine tenths of the speed.
    let hasFalseImmutable: Bool
    /// Whether there is a function that tells the class of whoever may read a topic.
    let hasReaderClass: Bool
    /// Stands for what rules may reach beside themselves: functions, views, the policies of other
    /// tables, who may act as whom.
    ///
    /// Nothing is compiled from it, but where it is another, verdicts may be.
    let surroundings: String
}
