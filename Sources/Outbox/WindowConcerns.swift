import Postgres
import Topics

/// Gathers whose memberships the transactions of a window may have changed.
struct WindowConcerns {
    /// Concerns of a window that are told one by one; more become families, or everybody.
    static let countMax = 4_096

    private struct Transaction {
        var firstSeq = Int64.max
        var lastSeq = Int64.min
        var concerns: Set<MembershipConcern> = []
    }

    /// By their numbers; what has none counts as one.
    private var byNumber: [Int64: Transaction] = [:]

    /// Whether nobody is concerned.
    var isEmpty: Bool { byNumber.isEmpty }

    /// Gathers nothing yet.
    init() {}

    /// Reads what ``WindowSQL/concerns`` answered; nil when it is not of that shape.
    init?(_ rows: Rows) {
        for row in 0..<rows.count {
            guard let first = rows.integer(row, 1), let last = rows.integer(row, 2),
                let concerns = rows[row, 3]
            else { return nil }
            let transaction = rows.integer(row, 0)
            add(concerns, of: transaction)
            place(first, of: transaction)
            place(last, of: transaction)
        }
    }

    /// Adds what one row of a transaction says, an array of PostgreSQL in its text form.
    ///
    /// What cannot be read may concern anybody.
    mutating func add(_ array: String, of transaction: Int64?) {
        let texts = TextArray.elements(of: array) ?? []
        let isReadable = !texts.isEmpty && texts.count.isMultiple(of: 3)
        var found: [MembershipConcern] = isReadable ? [] : [MembershipConcern(.every)]
        for start in stride(from: 0, to: isReadable ? texts.count : 0, by: 3) {
            let (topic, member) = (texts[start], texts[start + 1])
            // Nobody has joined what is no name.
            let concern = MembershipConcern(topic: topic, member: member, effect: texts[start + 2])
            if let concern { found.append(concern) }
        }
        byNumber[transaction ?? 0, default: Transaction()].concerns.formUnion(found)
    }

    /// Notes that a row of a transaction has this number; those that concern nobody do not matter.
    mutating func place(_ seq: Int64, of transaction: Int64?) {
        let number = transaction ?? 0
        guard var noted = byNumber[number] else { return }
        noted.firstSeq = min(noted.firstSeq, seq)
        noted.lastSeq = max(noted.lastSeq, seq)
        byNumber[number] = noted
    }

    /// What was gathered, in the order in which the transactions begin.
    var transactions: [TransactionConcerns] {
        let told = byNumber.values.filter { !$0.concerns.isEmpty }
        var lists = told.map { Array($0.concerns) }
        if Self.areTooMany(lists) {
            lists = lists.map { Array(Set($0.map(\.widened))) }
        }
        guard !Self.areTooMany(lists) else {
            let first = told.map(\.firstSeq).min() ?? 0
            let last = told.map(\.lastSeq).max() ?? 0
            let every = [MembershipConcern(.every)]
            return [TransactionConcerns(firstSeq: first, lastSeq: last, concerns: every)]
        }
        return zip(told, lists).map { transaction, concerns in
            TransactionConcerns(
                firstSeq: transaction.firstSeq,
                lastSeq: transaction.lastSeq,
                concerns: concerns
            )
        }.sorted { $0.firstSeq < $1.firstSeq }
    }

    private static func areTooMany(_ lists: [[MembershipConcern]]) -> Bool {
        lists.reduce(0) { $0 + $1.count } > countMax
    }
}

extension MembershipConcern {
    /// All members of all topics of the same family.
    ///
    /// Such a one ends no topic: who lost a topic by what else the transaction did must not see the
    /// rest of it.
    fileprivate var widened: MembershipConcern {
        switch scope {
        case .every, .part: MembershipConcern(.every)
        case .family(let name): MembershipConcern(.family(name))
        case .topic(let name):
            MembershipConcern(.family(String(name.text.prefix { $0 != ":" })))
        }
    }
}
