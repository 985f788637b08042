import Topics
import Wire

/// A slice of changes on its way to the channels: whom it concerns, what to ask, what to send.
public final class ChangeMatching {
    /// The changes, in order; questions name them by their places.
    public let rows: [ChangedRow]

    /// What to ask the database: at most one question for each table and caller.
    public var questions: [RowQuestion] {
        askings.map { asking in
            RowQuestion(
                table: asking.key.table,
                caller: asking.key.caller,
                rows: asking.rows,
                filters: asking.filters
            )
        }
    }

    /// Pairs of a change and a channel with a binding that fits it, as far as could be told.
    public private(set) var matchCount = 0

    /// Pairs that the database's answers kept from the channel.
    public private(set) var withheldCount = 0

    /// What one channel may get of one change.
    private struct Hit {
        let row: Int
        let image: RowImage
        let member: ChangeMember
        let choices: [TableIndex.Choice]
        let refusal: ChangeEncoder.Refusal?

        /// Where the answer to row security stands; nil where nothing was asked.
        let visible: Place?

        /// Where the answer to the conditions that are the database's stands.
        let holds: (place: Place, filter: Int)?
    }

    /// A row within a question.
    private struct Place {
        let question: Int
        let row: Int
    }

    private struct QuestionKey: Hashable {
        let table: UInt32
        let caller: Caller
    }

    /// A question that is still gathered.
    private struct Asking {
        let key: QuestionKey
        var rows: [Int] = []
        var filters: [[ChangeFilter]] = []
        var filterPlaces: [ObjectIdentifier: Int] = [:]
    }

    private struct RoleKey: Hashable {
        let table: UInt32
        let role: ExactText
    }

    private var hits: [Hit] = []
    private var askings: [Asking] = []
    private var askingPlaces: [QuestionKey: Int] = [:]
    private var readable: [RoleKey: Set<String>] = [:]

    /// For tables without row security: the one caller of a role who is asked about conditions.
    private var spokesmen: [RoleKey: Caller] = [:]

    init(rows: [ChangedRow]) { self.rows = rows }

    /// Adds a change with the groups whose conditions hold, as far as could be told.
    func add(
        _ place: Int,
        _ image: RowImage,
        _ groups: [TableIndex.Group],
        members: (ChangeMember.Address) -> ChangeMember?,
        rights: (UInt32, String) -> Set<String>
    ) {
        for group in groups {
            for (address, choices) in group.members {
                guard let member = members(address) else { continue }
                let columns = columns(of: image.table, for: member.caller.role, rights)
                let refusal = ChangeEncoder.Refusal(image, readable: columns)
                if refusal == nil, columns.isEmpty { continue }
                if refusal != nil, !group.open.isEmpty { continue }
                matchCount += 1
                hits.append(hit(place, image, group, member, choices, refusal))
            }
        }
    }

    private func hit(
        _ place: Int,
        _ image: RowImage,
        _ group: TableIndex.Group,
        _ member: ChangeMember,
        _ choices: [TableIndex.Choice],
        _ refusal: ChangeEncoder.Refusal?
    ) -> Hit {
        let table = image.table
        var visible: Place?
        var holds: (Place, Int)?
        if refusal == nil, table.isRowSecured || !group.open.isEmpty {
            let role = RoleKey(table: table.oid, role: ExactText(member.caller.role))
            let asker = table.isRowSecured ? member.caller : spokesmen[role] ?? member.caller
            spokesmen[role] = asker
            let asked = ask(place, QuestionKey(table: table.oid, caller: asker))
            if table.isRowSecured { visible = asked }
            if !group.open.isEmpty { holds = (asked, filter(group, of: asked.question)) }
        }
        return Hit(
            row: place,
            image: image,
            member: member,
            choices: choices,
            refusal: refusal,
            visible: visible,
            holds: holds
        )
    }

    private func ask(_ row: Int, _ key: QuestionKey) -> Place {
        let question = askingPlaces[key] ?? askings.count
        if question == askings.count {
            askingPlaces[key] = question
            askings.append(Asking(key: key))
        }
        // Changes come in order, so that one that was asked about already is the last.
        if askings[question].rows.last != row { askings[question].rows.append(row) }
        return Place(question: question, row: askings[question].rows.count - 1)
    }

    private func filter(_ group: TableIndex.Group, of question: Int) -> Int {
        let identity = ObjectIdentifier(group)
        if let known = askings[question].filterPlaces[identity] { return known }
        let place = askings[question].filters.count
        askings[question].filters.append(group.open)
        askings[question].filterPlaces[identity] = place
        return place
    }

    private func columns(
        of table: PublishedTable,
        for role: String,
        _ rights: (UInt32, String) -> Set<String>
    ) -> Set<String> {
        let key = RoleKey(table: table.oid, role: ExactText(role))
        if let known = readable[key] { return known }
        let columns = rights(table.oid, role)
        readable[key] = columns
        return columns
    }

    /// What the channels get, in the order of the changes; what was not answered with yes is kept
    /// from them.
    ///
    /// - Parameters:
    ///   - answers: For each of ``questions``.
    ///   - committedAt: When each change was committed, in milliseconds since 1970; nil is when it
    ///     was read.
    /// - Returns: Messages, each encoded once for everybody who gets the same.
    public func deliveries(
        answers: [RowAnswer],
        committedAt: (ChangedRow) -> Int64?
    ) -> [ChangeDelivery] {
        var encoder = ChangeEncoder(readable: { [readable] table, role in
            readable[RoleKey(table: table, role: ExactText(role))] ?? []
        })
        var deliveries: [ChangeDelivery] = []
        var start = 0
        while start < hits.count {
            let row = hits[start].row
            var end = start
            while end < hits.count, hits[end].row == row { end += 1 }
            let allowed = hits[start..<end].filter { isAllowed($0, answers) }
            withheldCount += end - start - allowed.count
            if let image = allowed.first?.image {
                encoder.begin(image, committedAt: committedAt(image.row) ?? image.row.readAt)
                for hit in allowed { encoder.add(hit.member, hit.choices, hit.refusal) }
                deliveries += encoder.finish()
            }
            start = end
        }
        return deliveries
    }

    private func isAllowed(_ hit: Hit, _ answers: [RowAnswer]) -> Bool {
        if let place = hit.visible {
            guard answers.indices.contains(place.question),
                answers[place.question].isVisible.indices.contains(place.row),
                answers[place.question].isVisible[place.row]
            else { return false }
        }
        if let (place, filter) = hit.holds {
            guard answers.indices.contains(place.question),
                answers[place.question].holds.indices.contains(filter),
                answers[place.question].holds[filter].indices.contains(place.row),
                answers[place.question].holds[filter][place.row]
            else { return false }
        }
        return true
    }
}
