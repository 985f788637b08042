import Topics
import Yams

extension FamilyReader {
    /// Roles, columns and classes that a list may name at most, each in bytes.
    private static let nameByteCountMax = Spelling.nameByteCountMax

    /// Who may join; nil after noting why not.
    mutating func readMembers(_ node: Node, _ scope: Scope) -> MemberRules? {
        guard let entries = readEntries(of: node, .members) else { return nil }
        let roles = entries["roles"].map {
            readTexts($0.value, "roles", byteCountMax: Self.nameByteCountMax)
        }
        let read = entries["read"].flatMap { readExpression($0.value, "members.read") }
        let write = entries["write"].flatMap { readExpression($0.value, "members.write") }
        let presence = entries["presence"].flatMap { readEntries(of: $0.value, .memberPresence) }
        let presenceRead = presence?["read"].flatMap {
            readExpression($0.value, "members.presence.read")
        }
        let presenceWrite = presence?["write"].flatMap {
            readExpression($0.value, "members.presence.write")
        }
        let readerClass = entries["class"].flatMap { readExpression($0.value, "members.class") }
        let dependencies = entries["depends_on"].map { readDependencies($0.value, scope) } ?? []
        guard let read else { return nil }
        return MemberRules(
            roles: roles ?? ["authenticated"],
            read: read,
            write: write,
            presenceRead: presenceRead,
            presenceWrite: presenceWrite ?? presenceRead ?? read,
            readerClass: readerClass,
            dependencies: dependencies
        )
    }

    private mutating func readDependencies(_ node: Node, _ scope: Scope) -> [MembershipDependency] {
        readList(node, "depends_on").compactMap { node in
            guard let entries = readEntries(of: node, .dependency) else { return nil }
            let table = entries["table"].flatMap { readTable($0.value) }
            let key = entries["key"].map { readKey($0.value, scope) }
            let member = entries["member"].flatMap { readColumn($0.value, "member") }
            let columns = entries["columns"].map { readDependencyColumns($0.value) }
            if entries["key"] == nil, entries["member"] == nil {
                note(
                    node,
                    "an entry of depends_on has neither `key` nor `member`; say by which column a "
                        + "row finds its topics, or whose membership it is about"
                )
            }
            guard let table else { return nil }
            return MembershipDependency(
                table: table,
                key: key,
                member: member,
                columns: columns,
                at: place(of: node)
            )
        }
    }

    /// The columns that count; an empty list says that none does beside those of key and member.
    private mutating func readDependencyColumns(_ node: Node) -> [String] {
        node.sequence?.isEmpty == true ? [] : readColumnList(node, "columns")
    }

    /// The changes that are carried, each table once.
    mutating func readChanges(_ node: Node, _ scope: Scope) -> [FamilyChange] {
        var found: [FamilyChange] = []
        for entry in readList(node, "changes") {
            guard let change = readChange(entry, scope) else { continue }
            if let other = found.first(where: { $0.table == change.table }) {
                note(
                    entry,
                    "the table \(change.table) stands already in line \(other.place.line); a "
                        + "family carries a table once"
                )
            } else {
                found.append(change)
            }
        }
        return found
    }

    private mutating func readChange(_ node: Node, _ scope: Scope) -> FamilyChange? {
        guard let entries = readEntries(of: node, .change) else { return nil }
        let table = entries["table"].flatMap { readTable($0.value) }
        let key = entries["key"].map { readKey($0.value, scope) } ?? []
        let operations = entries["events"].map { readOperations($0.value) }
        let columns = entries["columns"].flatMap { readFamilyColumns($0.value, scope) }
        let condition = entries["when"].flatMap { readExpression($0.value, "when") }
        guard let table else { return nil }
        return FamilyChange(
            table: table,
            key: key,
            operations: operations ?? Set(FamilyChange.Operation.allCases),
            columns: columns ?? .same(.all),
            condition: condition,
            at: place(of: node)
        )
    }

    private mutating func readOperations(_ node: Node) -> Set<FamilyChange.Operation> {
        var found: Set<FamilyChange.Operation> = []
        for entry in readList(node, "events") {
            let text = entry.scalar?.string ?? ""
            guard let operation = FamilyChange.Operation(rawValue: text) else {
                note(entry, "\(shown(entry)) is no event; there are INSERT, UPDATE and DELETE")
                continue
            }
            if !found.insert(operation).inserted {
                note(entry, "\(text) stands twice in events; once is enough")
            }
        }
        return found
    }

    /// What of a row is sent: `all`, `only`, `except`, or one of these for each class.
    private mutating func readFamilyColumns(_ node: Node, _ scope: Scope) -> FamilyColumns? {
        guard let mapping = node.mapping,
            !mapping.keys.contains(where: { FileSection.columns.keys.contains($0.string ?? "") })
        else { return readSentColumns(node).map { .same($0) } }
        if mapping.isEmpty {
            note(node, "columns is empty; write `all`, or { only: […] }, or { except: […] }")
        } else if !scope.hasClasses {
            note(
                node,
                "columns differ by class, but members has no `class` that says who is in which; "
                    + "add it, or write { only: […] } or { except: […] }"
            )
        }
        var classes: [String: SentColumns] = [:]
        for (key, value) in mapping {
            guard let name = readText(key, "a class of readers") else { continue }
            guard name.utf8.count <= Self.nameByteCountMax else {
                note(key, "a class of readers has more than \(Self.nameByteCountMax) bytes")
                continue
            }
            classes[name] = readSentColumns(value)
        }
        return .byClass(classes)
    }

    private mutating func readSentColumns(_ node: Node) -> SentColumns? {
        if let scalar = node.scalar, scalar.string == "all" { return .all }
        guard node.mapping != nil else {
            note(
                node,
                "columns is \(shown(node)); write `all`, or { only: [id, name] }, or "
                    + "{ except: [secret] }"
            )
            return nil
        }
        guard let entries = readEntries(of: node, .columns) else { return nil }
        guard entries.count == 1, let (kind, entry) = entries.first else {
            note(node, "columns has to say either `only` or `except`")
            return nil
        }
        let columns = readColumnList(entry.value, kind)
        return kind == "only" ? .only(columns) : .except(columns)
    }

    private mutating func readColumnList(_ node: Node, _ name: String) -> [String] {
        var found: [String] = []
        for entry in readList(node, name) {
            guard let column = readColumn(entry, "an entry of \(name)") else { continue }
            if found.contains(column) {
                note(entry, "the column \(shown(column)) stands twice in \(name)")
            } else {
                found.append(column)
            }
        }
        return found
    }

    private mutating func readColumn(_ node: Node, _ name: String) -> String? {
        guard let text = readText(node, name) else { return nil }
        do {
            return try PathReader.column(text)
        } catch {
            note(node, "\(name) is \(shown(text)), which is no column: \(error.advice)")
            return nil
        }
    }

    private mutating func readTable(_ node: Node) -> TableName? {
        guard let text = readText(node, "table") else { return nil }
        do {
            return try PathReader.table(text)
        } catch {
            note(node, "\(shown(text)) is no table: \(error.advice)")
            return nil
        }
    }

    /// The way to each parameter: one text, a list in their order, or a mapping by their names.
    private mutating func readKey(_ node: Node, _ scope: Scope) -> [ColumnPath] {
        let nodes: [Node]
        if let mapping = node.mapping {
            nodes = keyByName(mapping, node, scope)
        } else {
            nodes = node.sequence.map(Array.init) ?? [node]
        }
        let paths = nodes.compactMap { readPath($0) }
        if let parameters = scope.parameters, paths.count == nodes.count, node.mapping == nil,
            paths.count != parameters.count
        {
            note(
                node,
                "key has \(paths.count) ways for \(parameters.count) parameters; give one for "
                    + "each, in their order: "
                    + parameters.map(\.name).joined(separator: ", ")
            )
        }
        return paths
    }

    private mutating func keyByName(
        _ mapping: Node.Mapping,
        _ node: Node,
        _ scope: Scope
    ) -> [Node] {
        guard let parameters = scope.parameters else { return [] }
        let names = parameters.map(\.name)
        for (key, _) in mapping where !names.contains(key.string ?? "") {
            note(
                key,
                "key names \(shown(key)), which is no parameter of the pattern"
                    + Nearest.hint(key.scalar?.string ?? "", among: names)
            )
        }
        return names.compactMap { name in
            let value = mapping.first { $0.key.string == name }?.value
            if value == nil { note(node, "key has no way for the parameter `\(name)`") }
            return value
        }
    }

    private mutating func readPath(_ node: Node) -> ColumnPath? {
        guard let text = readText(node, "key") else { return nil }
        do {
            return try PathReader.path(text)
        } catch {
            note(
                node,
                "the way \(shown(text)) cannot be read: \(error.advice). Write a column, or "
                    + "column -> table.column -> column"
            )
            return nil
        }
    }
}
