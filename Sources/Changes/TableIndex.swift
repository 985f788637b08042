import Topics

/// Who wants which changes of one table, found by the values that the conditions ask for.
///
/// Members whose bindings have the same conditions form a group, which is decided about once. A
/// group whose conditions name the values that a column must have is found by the value: ten
/// thousand groups `id=eq.N` cost one look into a table for each change.
final class TableIndex {
    /// The bindings of all members that ask for the same operation under the same conditions.
    final class Group {
        let operation: ChangedRow.Operation?
        let tests: [FilterTest]

        /// The conditions that only the database can decide.
        let open: [ChangeFilter]

        /// Who has such bindings: their places among the member's own, numbers and columns.
        var members: [ChangeMember.Address: [Choice]] = [:]

        init(operation: ChangedRow.Operation?, filters: [ChangeFilter], _ table: PublishedTable) {
            self.operation = operation
            var tests: [FilterTest] = []
            var open: [ChangeFilter] = []
            for filter in filters {
                let column = table.columns.first { $0.name == filter.column }
                let test = FilterTest(filter, type: column?.typeOID ?? 0)
                if test.isExact { tests.append(test) } else { open.append(filter) }
            }
            self.tests = tests
            self.open = open
        }
    }

    /// One binding of a member.
    struct Choice {
        let place: Int
        let id: Int
        let columns: [String]?
    }

    /// What the members of a group have in common, byte for byte.
    private struct Key: Hashable {
        private let conditions: ExactText

        init(_ binding: ChangeBinding) {
            let bare = ChangeBinding(
                operation: binding.operation,
                schema: nil,
                table: nil,
                filters: binding.filters
            )
            conditions = ExactText(bare.inspected)
        }
    }

    let table: PublishedTable
    private var groups: [Key: Group] = [:]

    /// Groups that every change is tried on.
    private var scanned: [Key: Group] = [:]

    /// Groups by a column and the values one of which it must have.
    private var found: [String: [ExactText: [Key: Group]]] = [:]

    init(_ table: PublishedTable) { self.table = table }

    var isEmpty: Bool { groups.isEmpty }

    func add(_ address: ChangeMember.Address, _ binding: ChangeBinding, _ choice: Choice) {
        let key = Key(binding)
        if let group = groups[key] {
            group.members[address, default: []].append(choice)
            return
        }
        let group = Group(operation: binding.operation, filters: binding.filters, table)
        group.members[address] = [choice]
        groups[key] = group
        guard let (column, values) = Self.place(of: group) else {
            scanned[key] = group
            return
        }
        for value in values { found[column, default: [:]][value, default: [:]][key] = group }
    }

    func remove(_ address: ChangeMember.Address, _ binding: ChangeBinding) {
        let key = Key(binding)
        guard let group = groups[key], group.members.removeValue(forKey: address) != nil,
            group.members.isEmpty
        else { return }
        groups[key] = nil
        scanned[key] = nil
        guard let (column, values) = Self.place(of: group) else { return }
        for value in values {
            found[column]?[value]?[key] = nil
            if found[column]?[value]?.isEmpty == true { found[column]?[value] = nil }
        }
        if found[column]?.isEmpty == true { found[column] = nil }
    }

    /// The groups whose conditions hold for a change, as far as can be decided here.
    func groups(
        for operation: ChangedRow.Operation,
        _ values: (String) -> ArraySlice<UInt8>?
    ) -> [Group] {
        var hits: [Group] = []
        func take(_ group: Group) {
            guard group.operation == nil || group.operation == operation,
                group.tests.allSatisfy({ $0.finding(values($0.column)) == .holds })
            else { return }
            hits.append(group)
        }
        scanned.values.forEach(take)
        for (column, groups) in found {
            guard let value = values(column), let key = FilterTest.key(value) else { continue }
            groups[key]?.values.forEach(take)
        }
        return hits
    }

    private static func place(of group: Group) -> (column: String, values: Set<ExactText>)? {
        for test in group.tests {
            if let values = test.values { return (test.column, values) }
        }
        return nil
    }
}
