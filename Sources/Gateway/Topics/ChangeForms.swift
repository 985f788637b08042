import Hub
import Outbox
import Topics
import Wire

/// What the readers of one topic see of one change, by the topic's file.
///
/// A change lies in the outbox once, with all columns that any family sends. Each form of it is
/// encoded once, however many readers there are.
struct ChangeForms {
    /// One form of a change.
    struct Form: Equatable {
        /// Whom it is for; nil for everybody.
        let audience: ReaderAudience?
        /// What is left of the row.
        let shown: Shown
    }

    /// What is left of a row.
    enum Shown: Hashable {
        /// All that the outbox has.
        case everything
        /// Some columns.
        case columns(SentColumns)
        /// The columns of the primary key.
        case key
    }

    /// The forms of a change on a family's topics.
    ///
    /// - Parameters:
    ///   - relation: The change; nil for what is none, which is left as it is.
    ///   - family: The family; nil where no file speaks of the topic.
    /// - Returns: The forms; none where the family does not carry the change.
    static func forms(of relation: OutboxMessage.Relation?, on family: TopicFamily?) -> [Form] {
        guard let relation, let family else { return [Form(audience: nil, shown: .everything)] }
        guard let change = carried(relation, by: family) else { return [] }
        switch change.columns {
        case .same(let columns): return [Form(audience: nil, shown: shown(columns))]
        case .byClass(let columns):
            let classes = Dictionary(grouping: columns.keys) { columns[$0] ?? .only([]) }
            let named = classes.map { columns, names in
                Form(audience: .classes(Set(names)), shown: shown(columns))
            }
            return named + [Form(audience: .others(Set(columns.keys)), shown: .key)]
        }
    }

    /// What a reader of one class sees of a change; nil where the family does not carry it.
    static func shown(
        of relation: OutboxMessage.Relation?,
        on family: TopicFamily?,
        to readerClass: String?
    ) -> Shown? {
        forms(of: relation, on: family)
            .first { $0.audience?.contains(readerClass) ?? true }?.shown
    }

    private static func carried(
        _ relation: OutboxMessage.Relation,
        by family: TopicFamily
    ) -> FamilyChange? {
        let table = TableName(schema: relation.schema, relation.table)
        guard let change = family.changes.first(where: { $0.table == table }),
            let operation = FamilyChange.Operation(rawValue: relation.operation.rawValue),
            change.operations.contains(operation)
        else { return nil }
        return change
    }

    private static func shown(_ columns: SentColumns) -> Shown {
        columns == .all ? .everything : .columns(columns)
    }
}

extension OutboxMessage {
    /// What it carries in one form, in the terms of the protocol.
    func content(_ shown: ChangeForms.Shown) -> BroadcastContent {
        guard case .json(let payload) = content else { return content }
        switch shown {
        case .everything: return content
        case .columns(let columns): return .json(payload.keepingColumns(columns.contains))
        case .key:
            let key = relation?.key.map { Set(JSONText(trusted: $0).memberKeys) } ?? []
            return .json(payload.keepingColumns(key.contains))
        }
    }
}

extension JSONText {
    /// A change's payload with only some columns of the row before and the row after.
    fileprivate func keepingColumns(_ isKept: (String) -> Bool) -> JSONText {
        changingMembers(["record", "old_record"]) { $0.keepingMembers(where: isKept) }
    }
}
