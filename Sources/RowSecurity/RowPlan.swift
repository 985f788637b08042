internal import Changes
internal import Topics

/// How questions of one role about one table are answered: at once, or by asking rules.
enum RowPlan: Hashable, Sendable {
    /// Every row is seen.
    case open
    /// No row is seen.
    case closed(WithheldReason)
    /// The rules decide.
    case asking(RowRule)

    /// A policy that cannot be asked about a change, and the column that a change lacks.
    struct Unsupported: Hashable, Sendable {
        let policy: String
        /// The column's name; `*` for the row as a whole, `system` for a system column.
        let column: String
    }

    /// Works the plan out, as PostgreSQL does when it rewrites a statement of the role.
    ///
    /// - Parameters:
    ///   - published: The table as it is published, which says what the outbox has of it.
    ///   - table: The same table in the catalog.
    ///   - rolePlace: The role's place among the allowed ones.
    /// - Returns: The plan, and the policies that count as no because a change lacks a column.
    static func make(
        _ published: PublishedTable,
        _ table: CatalogTable,
        rolePlace: Int
    ) -> (plan: RowPlan, unsupported: [Unsupported]) {
        guard table.mayRead(rolePlace: rolePlace) else { return (.closed(.privilege), []) }
        guard table.rights[rolePlace].obeysPolicies else { return (.open, []) }
        let policies = table.policies.filter { $0.rolePlaces.contains(rolePlace) }
        let unsupported = policies.compactMap { policy in
            missingColumn(of: policy, published).map {
                Unsupported(policy: policy.name, column: $0)
            }
        }
        let supported = policies.filter { missingColumn(of: $0, published) == nil }
        // A restrictive policy that cannot be asked says no;
        // of permissive ones another may say yes.
        let isClosed = policies.contains {
            !$0.isPermissive && missingColumn(of: $0, published) != nil
        }
        guard !isClosed, supported.contains(where: \.isPermissive) else {
            return (.closed(unsupported.isEmpty ? .policy : .unsupported), unsupported)
        }
        return (.asking(RowRule(table: table, policies: supported)), unsupported)
    }

    private static func missingColumn(of policy: RowPolicy, _ published: PublishedTable) -> String?
    {
        if policy.hasSystemColumns { return "system" }
        guard published.isPartial else { return nil }
        if policy.isWhole { return "*" }
        return policy.columns.first { name in
            !published.columns.contains { $0.name.utf8.elementsEqual(name.utf8) }
        }
    }
}

/// The policies that decide for one role about the rows of one table.
struct RowRule: Hashable, Sendable {
    /// What one policy contributes.
    struct Arm: Hashable, Sendable {
        let policy: String
        let expression: String
    }

    let table: TableName
    /// Every restrictive policy, and one of the permissive ones.
    let expression: String
    /// The policies in the expression, to find the one that raised.
    let arms: [Arm]
    /// The columns without which a row cannot be judged.
    let neededColumns: [String]
    /// The columns that are turned into values; nil for all.
    ///
    /// Domains are among them: one that forbids NULL would otherwise refuse the row.
    let keptColumns: [String]?

    init(table: CatalogTable, policies: [RowPolicy]) {
        self.table = table.name
        let restrictive = policies.filter { !$0.isPermissive }
        let permissive = policies.filter(\.isPermissive)
        expression = RuleSQL.combined(
            restrictive: restrictive.map(\.expression),
            permissive: permissive.map(\.expression)
        )
        arms = (restrictive + permissive).map {
            Arm(policy: $0.name, expression: $0.expression)
        }
        guard !policies.contains(where: \.isWhole) else {
            neededColumns = table.columns.map(\.name)
            keptColumns = nil
            return
        }
        let needed = table.columns.filter { column in
            policies.contains { policy in
                policy.columns.contains { $0.utf8.elementsEqual(column.name.utf8) }
            }
        }
        neededColumns = needed.map(\.name)
        keptColumns =
            neededColumns
            + table.columns.filter { $0.type.isDomain && !needed.contains($0) }.map(\.name)
    }
}
