internal import Topics

/// What the database's catalog says about published tables and the roles that may ask.
///
/// Two equal catalogs compile to the same functions, so comparing them is the check for changes.
struct RowCatalog: Hashable, Sendable {
    /// Nothing is known of any table yet.
    static let empty = RowCatalog(roles: [], tables: [:], hasFalseImmutable: true)

    /// In the order of the allowed roles: nil where there is no such role, else whether the
    /// gateway's login may act as it.
    let roles: [Bool?]
    let tables: [UInt32: CatalogTable]
    /// Whether a function is declared IMMUTABLE but reads the caller's settings; a remembered plan
    /// would hold the first caller's value for everybody then.
    let hasFalseImmutable: Bool
}

/// One table.
struct CatalogTable: Hashable, Sendable {
    /// What a role may do, policies aside.
    struct Rights: Hashable, Sendable {
        /// Whether it may use the schema.
        let hasSchema: Bool
        /// Whether policies apply to it.
        let obeysPolicies: Bool
    }

    let oid: UInt32
    let name: TableName
    /// In their order in the table.
    let columns: [CatalogColumn]
    /// In the order in which PostgreSQL asks the permissive ones: by name, the last first.
    let policies: [RowPolicy]
    /// For each allowed role.
    let rights: [Rights]

    /// Finds a column by the bytes of its name.
    func column(_ name: String) -> CatalogColumn? {
        columns.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// Whether a role may select every column of the primary key, or where there is none, any.
    func mayRead(rolePlace: Int) -> Bool {
        guard rights.indices.contains(rolePlace), rights[rolePlace].hasSchema else { return false }
        let key = columns.filter(\.isKey)
        return key.isEmpty
            ? columns.contains { $0.readers.contains(rolePlace) }
            : key.allSatisfy { $0.readers.contains(rolePlace) }
    }
}

/// One column.
struct CatalogColumn: Hashable, Sendable {
    let name: String
    let type: ColumnType
    let isKey: Bool
    /// The places of the allowed roles that may select it.
    let readers: Set<Int>
}

/// A column's type, as far as comparing values depends on it.
struct ColumnType: Hashable, Sendable {
    /// The type's name with its schema, quoted, and without length or precision: a value that is
    /// compared is not cut off to fit.
    let sql: String
    /// The type's name as people write it, such as `timestamp with time zone`.
    let text: String
    /// The same of the type that it is a domain over; its own for other types.
    let underlyingText: String
    let isDomain: Bool
    /// The column's collation, quoted; nil for the database's own.
    let collation: String?
    /// The schemas of the type's own operators, where they are not PostgreSQL's.
    let operatorSchemas: [String: String]
}

/// One policy, its expression as SQL whose names are qualified.
struct RowPolicy: Hashable, Sendable {
    let name: String
    let isPermissive: Bool
    let expression: String
    /// The places, among the allowed roles, of those that the policy applies to.
    let rolePlaces: Set<Int>
    /// The columns of the table that it names.
    let columns: [String]
    /// Whether it means the row as a whole, and so every column.
    let isWhole: Bool
    /// Whether it names a system column, which a change's values lack.
    let hasSystemColumns: Bool
}
