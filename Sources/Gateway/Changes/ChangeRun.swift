import Changes
import FoundationEssentials
import Hub
import Locking
import Observation
import Postgres
import RowSecurity
import Topics
import Wire

/// The work of the thread that follows changes; confined to it.
final class ChangeRun {
    private let follower: ChangeFollower
    private let register = ChangeRegister()
    private var database: ChangeDatabase?

    /// Wishes that have no answer yet, in order.
    private var wishes = WishQueue()

    /// Changes that have been taken and not yet been handed over, in order.
    private var backlog: [[ChangedRow]] = []

    /// Bindings that the database takes, by what was asked; forgotten with every look at it.
    private var known: Set<ExactText> = []
    private var bindingCount = 0

    private var delay = ReconnectDelay(max: .seconds(1))
    private var attempt = 0
    private var retryAt = ContinuousClock.now
    private var tablesDueAt = ContinuousClock.now
    private var tablesReadAt = ContinuousClock.now
    private var snapshotsDueAt = ContinuousClock.now
    private var idleSince: ContinuousClock.Instant?

    /// How often the snapshots for deleted rows are renewed.
    private static let snapshotInterval: Duration = .seconds(1)

    /// How soon a wish is tried again that nothing but time can serve.
    private static let wishInterval: Duration = .milliseconds(100)

    /// How soon after a look at the publication a binding without a table may cause another.
    private static let lookSpacing: Duration = .milliseconds(500)

    /// How long connections are kept that nobody needs.
    private static let idleDurationMax: Duration = .seconds(30)

    init(_ follower: ChangeFollower) { self.follower = follower }

    /// Works until the follower is stopped.
    func run() {
        while !follower.isStopping {
            follower.pipe.clear()
            takeOrders()
            if isIdle {
                backlog = []
                _ = follower.rows.takeAll()
            } else {
                work()
            }
            noteBindings()
            _ = Readiness.wait(readable: [follower.pipe.descriptor], timeout: pause)
        }
    }

    private var isIdle: Bool { register.memberCount == 0 && wishes.count == 0 }

    private func takeOrders() {
        for order in follower.orders.takeAll() {
            switch order {
            case .follow(let loop, let wish):
                let address = ChangeMember.Address(loop: loop, channel: wish.channel)
                wishes.add(WishQueue.Waiting(address: address, wish: wish, since: .now))
            case .unfollow(let address):
                wishes.remove(address)
                register.remove(address)
            case .anotherDatabase:
                database = nil
            }
        }
        follower.want(register.wantedTables)
    }

    /// How long nothing has to be done, unless something comes.
    private var pause: Duration? {
        let now = ContinuousClock.now
        if isIdle {
            guard let database else { return nil }
            if idleSince == nil {
                // A snapshot that is held keeps the database from cleaning up.
                database.dropSnapshots()
                snapshotsDueAt = now
            }
            let since = idleSince ?? now
            idleSince = since
            let left = Self.idleDurationMax - since.duration(to: now)
            guard left <= .zero else { return left }
            self.database = nil
            return nil
        }
        idleSince = nil
        guard database != nil else { return now.duration(to: retryAt) }
        let next = now.duration(to: min(tablesDueAt, snapshotsDueAt))
        return wishes.count == 0 ? next : min(next, Self.wishInterval)
    }

    private func work() {
        do throws(PostgresError) {
            guard let database = try connected() else { return }
            try look(database)
            try grantWishes(database)
            if backlog.isEmpty { backlog = follower.rows.takeAll() }
            while let rows = backlog.first, !follower.isStopping {
                try handOver(rows, database)
                backlog.removeFirst()
            }
        } catch {
            lose(error)
        }
    }

    private func connected() throws(PostgresError) -> ChangeDatabase? {
        if let database { return database }
        guard ContinuousClock.now >= retryAt else { return nil }
        let made = try ChangeDatabase(follower.settings, observe: follower.observe)
        database = made
        attempt = 0
        delay.reset()
        follower.observe(.database(.connected(.changes)))
        adopt(made)
        snapshotsDueAt = .now
        return made
    }

    private func lose(_ error: PostgresError) {
        database = nil
        attempt += 1
        var generator = SystemRandomNumberGenerator()
        let pause = delay.next(using: &generator)
        retryAt = .now + pause
        follower.observe(.database(.lost(.changes, sqlState: error.sqlState)))
        follower.observe(.database(.retrying(.changes, attempt: attempt, delay: pause)))
    }

    /// Does what is due by the clock.
    private func look(_ database: ChangeDatabase) throws(PostgresError) {
        if tablesDueAt <= .now {
            try database.readTables()
            adopt(database)
        }
        try renewSnapshots(database)
    }

    private func renewSnapshots(_ database: ChangeDatabase) throws(PostgresError) {
        guard snapshotsDueAt <= .now else { return }
        try database.renewSnapshots()
        snapshotsDueAt = .now + Self.snapshotInterval
    }

    private func adopt(_ database: ChangeDatabase) {
        known = []
        if let tables = database.tables { register.setTables(tables) }
        follower.want(register.wantedTables)
        tablesReadAt = .now
        tablesDueAt = tablesReadAt + follower.settings.tableCheckInterval
    }

    private func noteBindings() {
        guard bindingCount != register.bindingCount else { return }
        bindingCount = register.bindingCount
        follower.observe(.changes(.followed(bindingCount: bindingCount)))
    }

    /// Answers what can be answered; the others wait for another time.
    private func grantWishes(_ database: ChangeDatabase) throws(PostgresError) {
        // What is committed from now on has to come here before anybody is told so.
        guard wishes.count > 0, database.tables != nil, follower.isCaughtUp() else { return }
        for _ in 0..<wishes.count {
            guard let waiting = wishes.next() else { return }
            let notice: ChangesNotice?
            do throws(PostgresError) {
                notice = try answer(to: waiting, database)
            } catch {
                wishes.add(waiting)
                throw error
            }
            guard let notice else {
                wishes.add(waiting)
                continue
            }
            if notice != .following { register.remove(waiting.address) }
            follower.want(register.wantedTables)
            let letter = Letter.changesAnswered(
                notice,
                channel: waiting.wish.channel,
                generation: waiting.wish.generation
            )
            // As many as wishes, whose number is limited.
            let loop = follower.loops[waiting.address.loop]
            loop.postAnyway(letter, byteCount: Letter.smallByteCount)
        }
    }

    /// What a channel is told; nil is to try again later.
    private func answer(
        to waiting: WishQueue.Waiting,
        _ database: ChangeDatabase
    ) throws(PostgresError) -> ChangesNotice? {
        let bindings: [NumberedBinding]
        switch Self.parsed(waiting.wish) {
        case .success(let parsed): bindings = parsed
        case .failure(let refusal): return refusal
        }
        let isMissing = bindings.contains { register.tables(for: $0.binding).isEmpty }
        if isMissing, tablesReadAt < waiting.since {
            // Perhaps the publication offers the table since a moment ago.
            guard Self.lookSpacing < tablesReadAt.duration(to: .now) else { return nil }
            try database.readTables()
            adopt(database)
        }
        return try grant(waiting.wish, bindings, waiting.address, database)
    }

    private typealias NumberedBinding = (id: Int, binding: ChangeBinding)

    private static func parsed(
        _ wish: ChangesWish
    ) -> Result<[NumberedBinding], ChangesNotice> {
        do throws(ChangesNotice) {
            var bindings: [NumberedBinding] = []
            for json in wish.bindings {
                bindings.append((JoinResponse.id(of: json), try ChangeBinding(parsing: json)))
            }
            return .success(bindings)
        } catch {
            return .failure(error)
        }
    }

    /// Registers a channel where its wish can be served; nil is to try again later.
    private func grant(
        _ wish: ChangesWish,
        _ bindings: [NumberedBinding],
        _ address: ChangeMember.Address,
        _ database: ChangeDatabase
    ) throws(PostgresError) -> ChangesNotice? {
        var pairs: [(table: PublishedTable, binding: ChangeBinding)] = []
        for (_, binding) in bindings {
            let tables = register.tables(for: binding)
            guard !tables.isEmpty else { return .notPublished(binding.inspected) }
            pairs += tables.map { ($0, binding) }
        }
        switch try judgement(on: pairs, role: wish.caller.role, database) {
        case .fine: break
        case .refused(let notice): return notice
        case nil: return nil
        }
        let member = ChangeMember(
            address: address,
            topic: wish.topic,
            serializer: wish.serializer,
            caller: wish.caller,
            bindings: bindings
        )
        register.remove(address)
        guard register.bindingCount + pairs.count <= follower.settings.bindingCountMax else {
            return .tooManyOnNode
        }
        register.add(member)
        // Deleted rows are judged in a snapshot from before their deletion.
        try renewSnapshots(database)
        return .following
    }

    private enum Judgement {
        case fine
        case refused(ChangesNotice)
    }

    /// What the database says against bindings, the first that it minds; nil where it did not say.
    private func judgement(
        on pairs: [(table: PublishedTable, binding: ChangeBinding)],
        role: String,
        _ database: ChangeDatabase
    ) throws(PostgresError) -> Judgement? {
        let text = pairs.map { "\($0.table.oid) \($0.binding.inspected)" }
        let key = ExactText(([role] + text).joined(separator: "\u{0}"))
        guard !known.contains(key) else { return .fine }
        switch try database.finding(on: pairs, role: role) {
        case .served:
            known.insert(key)
            return .fine
        case .unknown: return nil
        case .problem: break
        }
        // Halves the pairs until the first that it minds is alone.
        var suspects = pairs[...]
        while suspects.count > 1 {
            let half = suspects.prefix(suspects.count / 2)
            if case .problem = try database.finding(on: Array(half), role: role) {
                suspects = half
            } else {
                suspects = suspects.dropFirst(half.count)
            }
        }
        guard let pair = suspects.first,
            case .problem(let problem) = try database.finding(on: [pair], role: role)
        else { return nil }
        return .refused(.refused(binding: pair.binding.inspected, exception: problem.text))
    }

    private func handOver(
        _ rows: [ChangedRow],
        _ database: ChangeDatabase
    ) throws(PostgresError) {
        let matching = register.match(rows) { table, role in
            database.readableColumns(of: table, role: role)
        }
        var deliveries: [ChangeDelivery] = []
        var times: [UInt64: Int64] = [:]
        let questions = matching.questions
        if matching.matchCount > 0 {
            let answers =
                questions.isEmpty ? [] : try database.answer(questions, about: matching.rows)
            times = try database.commitTimes(of: Array(Set(rows.map(\.transaction))))
            deliveries = matching.deliveries(answers: answers) { times[$0.transaction] }
        }
        post(deliveries)
        let oldest = rows.lazy.map { times[$0.transaction] ?? $0.readAt }.min() ?? 0
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000)
        follower.observe(
            .changes(
                .matched(
                    ChangesObservation.Slice(
                        changeCount: rows.count,
                        matchCount: matching.matchCount,
                        deliveryCount: deliveries.reduce(0) { $0 + $1.channels.count },
                        withheldCount: matching.withheldCount,
                        isAsked: !questions.isEmpty,
                        lag: .milliseconds(max(0, now - oldest))
                    )
                )
            )
        )
    }

    /// One letter for each loop, in order; waits while a loop has no room.
    private func post(_ deliveries: [ChangeDelivery]) {
        var letters = [[ChangeDelivery]](repeating: [], count: follower.loops.count)
        for delivery in deliveries { letters[delivery.loop].append(delivery) }
        for (loop, letter) in letters.enumerated() where !letter.isEmpty {
            let byteCount = letter.reduce(0) { $0 + $1.byteCount }
            _ = follower.loops[loop].postWaiting(.changes(letter), byteCount: byteCount)
        }
    }
}
