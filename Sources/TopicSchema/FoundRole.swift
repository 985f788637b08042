internal import Postgres

/// A role as the catalog has it, and what it may do with the outbox.
struct FoundRole {
    let name: String
    let mayUseSchema: Bool
    let mayRead: Bool
    let maySend: Bool
    /// Whether the owner of schema `realtime`, as which the gateway logs in, may become the role.
    let isGrantedToOwner: Bool
    /// Whether policies do not apply to it.
    let bypassesPolicies: Bool

    static func byName(_ rows: Rows) -> [String: FoundRole] {
        var roles: [String: FoundRole] = [:]
        for row in 0..<rows.count {
            guard let name = rows[row, 0] else { continue }
            roles[name] = FoundRole(
                name: name,
                mayUseSchema: rows.boolean(row, 1) ?? false,
                mayRead: rows.boolean(row, 2) ?? false,
                maySend: rows.boolean(row, 3) ?? false,
                isGrantedToOwner: rows.boolean(row, 4) ?? false,
                bypassesPolicies: rows.boolean(row, 5) ?? false
            )
        }
        return roles
    }

    /// The columns of `realtime.messages` that a sender gives.
    static let sentColumns = [
        "topic", "extension", "payload", "binary_payload", "event", "private", "id",
    ]

    /// Takes the roles as `$1`.
    static let query = """
        SELECT r.rolname,
            pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE'),
            pg_catalog.has_column_privilege(r.oid, c.oid, 'id', 'SELECT')
                AND pg_catalog.has_column_privilege(r.oid, c.oid, 'topic', 'SELECT'),
            \(sentColumns.map {
                "pg_catalog.has_column_privilege(r.oid, c.oid, '\($0)', 'INSERT')"
            }.joined(separator: " AND "))
                AND coalesce(pg_catalog.has_sequence_privilege(
                    r.oid, pg_catalog.to_regclass('realtime.outbox_seq'), 'USAGE'), true),
            pg_catalog.pg_has_role(n.nspowner, r.oid, 'MEMBER'),
            r.rolsuper OR r.rolbypassrls
        FROM pg_catalog.pg_roles AS r, pg_catalog.pg_namespace AS n, pg_catalog.pg_class AS c
        WHERE r.rolname = ANY ($1::text[]) AND n.nspname = 'realtime'
            AND c.relnamespace = n.oid AND c.relname = 'messages'
        """
}
