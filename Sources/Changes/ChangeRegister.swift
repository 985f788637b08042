public import Topics

/// Which channels want which changes of which tables.
///
/// Confined to the thread that matches changes.
public final class ChangeRegister {
    private var members: [ChangeMember.Address: ChangeMember] = [:]
    private var indexes: [TableName: TableIndex] = [:]
    private(set) var tables: [PublishedTable] = []

    /// Bindings of all members, each counted once for every table that it is about.
    public private(set) var bindingCount = 0

    /// Starts without members and without tables.
    public init() {}

    /// How many channels are registered.
    public var memberCount: Int { members.count }

    /// The tables that at least one member wants changes of.
    public var wantedTables: Set<TableName> {
        Set(indexes.lazy.filter { !$0.value.isEmpty }.map(\.key))
    }

    /// Takes what the publication offers from now on; members find tables that are new to it.
    public func setTables(_ tables: [PublishedTable]) {
        guard tables != self.tables else { return }
        self.tables = tables
        bindingCount = 0
        indexes = Dictionary(tables.map { ($0.name, TableIndex($0)) }) { first, _ in first }
        for member in members.values { enter(member) }
    }

    /// The tables that a binding is about now.
    public func tables(for binding: ChangeBinding) -> [PublishedTable] {
        if let name = binding.plainName { return indexes[name].map { [$0.table] } ?? [] }
        return tables.filter(binding.matches)
    }

    /// Registers a channel; in place of what it wanted before.
    public func add(_ member: ChangeMember) {
        remove(member.address)
        members[member.address] = member
        enter(member)
    }

    /// Takes a channel out, if it is there.
    public func remove(_ address: ChangeMember.Address) {
        guard let member = members.removeValue(forKey: address) else { return }
        for (_, binding) in member.bindings {
            for table in tables(for: binding) {
                indexes[table.name]?.remove(address, binding)
                bindingCount -= 1
            }
        }
    }

    private func enter(_ member: ChangeMember) {
        for (place, (id, binding)) in member.bindings.enumerated() {
            let choice = TableIndex.Choice(place: place, id: id, columns: binding.columns)
            for table in tables(for: binding) {
                indexes[table.name]?.add(member.address, binding, choice)
                bindingCount += 1
            }
        }
    }

    /// Finds out whom changes concern, as far as can be told without the database.
    ///
    /// - Parameters:
    ///   - rows: Changes in order; of tables that nobody wants too.
    ///   - rights: The columns of a table, by its number, that a role may select.
    /// - Returns: What to ask the database, and the way from its answers to what channels get.
    public func match(
        _ rows: [ChangedRow],
        rights: (UInt32, String) -> Set<String>
    ) -> ChangeMatching {
        let matching = ChangeMatching(rows: rows)
        for (place, row) in rows.enumerated() {
            guard let index = indexes[row.table], !index.isEmpty,
                index.table.operations.contains(row.operation)
            else { continue }
            let image = RowImage(row, of: index.table)
            let groups = index.groups(for: row.operation) { image.condition(on: $0) }
            guard !groups.isEmpty else { continue }
            matching.add(place, image, groups, members: { members[$0] }, rights: rights)
        }
        return matching
    }
}

extension ChangeBinding {
    /// The one table that the binding can be about; nil where it is a pattern.
    fileprivate var plainName: TableName? {
        guard let schema, let table else { return nil }
        let isPattern = (schema + table).utf8.contains { $0 == 0x25 || $0 == 0x5F }
        return isPattern ? nil : TableName(schema: schema, table)
    }
}
