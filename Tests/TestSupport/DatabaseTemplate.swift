/// What a fresh database holds: prepared once per test process, then copied.
public struct DatabaseTemplate: Sendable {
    /// A database as `CREATE DATABASE` makes it.
    public static let empty = DatabaseTemplate("empty") { _ in }

    /// Tells templates from each other; letters, digits and underscores.
    public let name: String
    let prepare: @Sendable (_ superuserDSN: String) async throws -> Void

    /// Describes a template.
    ///
    /// - Parameters:
    ///   - name: Letters, digits and underscores; the same name means the same content.
    ///   - prepare: Called once, with a superuser's way into the database to fill. One template is
    ///     prepared at a time, because roles belong to the whole cluster. Its connections must be
    ///     gone when it returns.
    public init(
        _ name: String,
        prepare: @escaping @Sendable (_ superuserDSN: String) async throws -> Void
    ) {
        precondition(name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }, "a plain name")
        self.name = name
        self.prepare = prepare
    }
}
