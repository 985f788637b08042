import Testing
import Wire

@testable import Hub

/// Writers, the reader's windows, a mailbox, and one channel that joins with a replay somewhere in
/// between, one step at a time.
private struct Outbox {
    struct Row {
        let seq: Int64
        let writer: Int
        var transaction: UInt64 { UInt64(writer) }
    }

    /// When a transaction gave its first row a number, and when it ended.
    struct Writer {
        let begin: Int
        var commit: Int?
    }

    var step = 0
    var writers: [Writer] = []
    var rows: [Row] = []
    private var lastSeq: Int64 = 0
    private var readCount: Set<Int64> = []

    /// A transaction writes its first rows.
    mutating func begin(rowCount: Int) {
        writers.append(Writer(begin: step))
        write(writers.count - 1, rowCount: rowCount)
    }

    mutating func write(_ writer: Int, rowCount: Int) {
        for _ in 0..<rowCount {
            lastSeq += 1
            rows.append(Row(seq: lastSeq, writer: writer))
        }
    }

    var openWriters: [Int] { writers.indices.filter { writers[$0].commit == nil } }

    var visible: [Row] { rows.filter { writers[$0.writer].commit != nil } }

    /// The next window: what is visible and was not, in order.
    mutating func window() -> [Row] {
        let window = visible.filter { !readCount.contains($0.seq) }
        for row in window { readCount.insert(row.seq) }
        return window
    }

    /// Which transactions have committed.
    var horizon: CommitHorizon {
        let open = openWriters.map { UInt64($0) }
        let next = UInt64(writers.count)
        return CommitHorizon(oldestRunning: open.first ?? next, next: next, running: Set(open))
    }

    /// Whether a row may be the cause of another.
    func isCause(_ first: Row, of second: Row) -> Bool {
        guard let commit = writers[first.writer].commit else { return false }
        return commit < writers[second.writer].begin
    }
}

@Suite struct ReplayModelTests {
    /// Who joins, and what it was sent.
    private struct Member {
        var border: ReplayBorder?
        var mailbox: [(row: Outbox.Row?, text: String)] = []
        var replay: (rows: [Outbox.Row], horizon: CommitHorizon)?
        var sent: [String] = []

        mutating func take() {
            guard !mailbox.isEmpty else { return }
            let (row, text) = mailbox.removeFirst()
            if border?.isHolding == true {
                border?.hold(ReplayBorderTests.message(text), of: row?.transaction)
            } else if border?.covers(row?.transaction) == false {
                sent.append(text)
            }
        }

        mutating func open() {
            guard border?.isHolding == true, let replay else { return }
            sent += replay.rows.map { "\($0.seq)" }
            let held = border?.open(asOf: replay.horizon).messages ?? []
            sent += held.map(ReplayBorderTests.text)
        }
    }

    @Test(
        "However writers, windows, registration and replay fall, nothing is lost, nothing comes twice, and no effect before its cause",
        arguments: 0..<400 as Range<UInt64>
    )
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var outbox = Outbox()
        var member = Member()
        let limit = Int.random(in: 1...6, using: &dice)
        var broadcastCount = 0
        for _ in 0..<Int.random(in: 20...160, using: &dice) {
            outbox.step += 1
            switch Int.random(in: 0..<12, using: &dice) {
            case 0...2: outbox.begin(rowCount: Int.random(in: 1...3, using: &dice))
            case 3...4:
                guard let writer = outbox.openWriters.randomElement(using: &dice) else { continue }
                if Bool.random(using: &dice) { outbox.write(writer, rowCount: 1) }
                outbox.writers[writer].commit = outbox.step
            case 5...6: read(&outbox, &member)
            case 7:
                guard member.border != nil else { continue }
                broadcastCount += 1
                member.mailbox.append((nil, "b\(broadcastCount)"))
            case 8: register(&member)
            case 9: replay(outbox, &member, limit: limit)
            case 10: member.open()
            default: member.take()
            }
        }
        register(&member)
        replay(outbox, &member, limit: limit)
        member.open()
        for writer in outbox.openWriters { outbox.writers[writer].commit = outbox.step }
        read(&outbox, &member)
        while !member.mailbox.isEmpty { member.take() }
        try check(outbox, member, broadcastCount: broadcastCount, "seed \(seed)")
    }

    private func read(_ outbox: inout Outbox, _ member: inout Member) {
        for row in outbox.window() where member.border != nil {
            member.mailbox.append((row, "\(row.seq)"))
        }
    }

    private func register(_ member: inout Member) {
        if member.border == nil { member.border = ReplayBorder(question: 1, deadline: .now) }
    }

    private func replay(_ outbox: Outbox, _ member: inout Member, limit: Int) {
        guard member.border != nil, member.replay == nil else { return }
        member.replay = (outbox.visible.suffix(limit), outbox.horizon)
    }

    private func check(
        _ outbox: Outbox,
        _ member: Member,
        broadcastCount: Int,
        _ comment: Comment
    ) throws {
        let (replayed, horizon) = try #require(member.replay)
        let later = outbox.rows.filter { !horizon.includes($0.transaction) }
        let expected = Set((replayed + later).map(\.seq))
        let numbers = member.sent.compactMap { Int64($0) }
        #expect(Set(numbers) == expected, comment)
        #expect(numbers.count == expected.count, comment)
        #expect(numbers.prefix(replayed.count).elementsEqual(replayed.map(\.seq)), comment)
        let broadcasts = member.sent.filter { $0.hasPrefix("b") }
        #expect(broadcasts == (0..<broadcastCount).map { "b\($0 + 1)" }, comment)
        let rows = Dictionary(uniqueKeysWithValues: outbox.rows.map { ($0.seq, $0) })
        let sent = numbers.compactMap { rows[$0] }
        for (place, row) in sent.enumerated() {
            let isEffectFirst = sent[(place + 1)...].contains { outbox.isCause($0, of: row) }
            #expect(!isEffectFirst, comment)
        }
    }
}
