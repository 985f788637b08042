/// A table and the schema that it lies in.
public struct TableName: Hashable, Sendable {
    /// The schema's name, not quoted.
    public let schema: String
    /// The table's name, not quoted.
    public let name: String

    /// Both names, quoted for SQL.
    public var sql: String { SQLText.identifier(schema: schema, name: name) }

    /// Names a table.
    ///
    /// - Parameters:
    ///   - schema: The schema's name, not quoted. Default `public`.
    ///   - name: The table's name, not quoted.
    public init(schema: String = "public", _ name: String) {
        self.schema = schema
        self.name = name
    }
}

extension TableName: CustomStringConvertible {
    /// Both names as people write them.
    public var description: String { "\(schema).\(name)" }
}
