import Authorization
import Changes
import FoundationEssentials
import Hub
import Locking
import Observation
import Outbox
import Topics
import Wire

/// Takes the reader's windows apart by topic and hands them to the loops that want them.
///
/// A message is encoded here, once for each topic and serializer that anybody listens to, on the
/// reader's thread. A full mailbox makes the reader wait: what was committed is never dropped.
final class WindowRouter: OutboxSink {
    private let interest: Interest
    private let mailboxes: [Mailbox<Letter>]
    private let follower: ChangeFollower?
    private let topics: ServedTopics
    private let observe: Observe

    /// Has verdicts forgotten that members concerned were given.
    private let forget: @Sendable ([MembershipConcern]) -> Void

    /// What is due of the window that is being delivered; the reader's thread alone has to do with
    /// it.
    private let concerns = Locked(ConcernOrder())

    init(
        interest: Interest,
        mailboxes: [Mailbox<Letter>],
        follower: ChangeFollower? = nil,
        topics: ServedTopics = ServedTopics(isChecked: true),
        forget: @escaping @Sendable ([MembershipConcern]) -> Void = { _ in },
        observe: @escaping Observe
    ) {
        self.forget = forget
        self.interest = interest
        self.mailboxes = mailboxes
        self.follower = follower
        self.topics = topics
        self.observe = observe
    }

    /// The router of a node.
    convenience init(
        _ services: NodeServices,
        mailboxes: [Mailbox<Letter>],
        follower: ChangeFollower
    ) {
        self.init(
            interest: services.interest,
            mailboxes: mailboxes,
            follower: follower,
            topics: services.topics,
            // The services know the reader, which hands its windows to this.
            forget: { [authorizer = services.authorizer] in authorizer.forget($0) },
            observe: services.observe
        )
    }

    /// What of a slice is on its way to the loops.
    private struct Outgoing {
        var letters: [[RelayedBroadcast]]
        var byteCounts: [Int]

        init(loopCount: Int) {
            letters = Array(repeating: [], count: loopCount)
            byteCounts = Array(repeating: 0, count: loopCount)
        }
    }

    func deliver(_ slice: WindowSlice) {
        var outgoing = Outgoing(loopCount: mailboxes.count)
        var encodingCount = 0
        let contract = topics.contract
        var concerns = self.concerns.withLock { $0 }
        concerns.begin(slice.concerns)
        for message in slice.messages {
            if !concerns.isEmpty {
                for due in concerns.due(before: message.seq) { post(due, of: slice, &outgoing) }
            }
            if message.relation?.operation == .truncate {
                post(&outgoing)
                announce(.resync, prefixes: Self.prefixes(of: message))
            } else {
                encodingCount += route(message, by: contract, &outgoing)
            }
        }
        if slice.isLast {
            for due in concerns.rest() { post(due, of: slice, &outgoing) }
        }
        self.concerns.withLock { [concerns] in $0 = concerns }
        post(&outgoing)
        follow(slice)
        if encodingCount > 0 {
            observe(.counted([CounterDelta(.encodings, amount: encodingCount)]))
        }
    }

    /// Tells every loop whose memberships a transaction may have changed, in its place among the
    /// messages.
    ///
    /// Also loops without subscribers of the topics: somebody may be about to join there.
    private func post(
        _ due: ConcernOrder.Due,
        of slice: WindowSlice,
        _ outgoing: inout Outgoing
    ) {
        post(&outgoing)
        // Before the loops ask anew, nobody may be answered by what was true before.
        forget(due.concerns)
        let members = ConcernedMembers(due.concerns, sparing: due.spared)
        let committedAt = slice.readAt - (slice.lag ?? .zero)
        for mailbox in mailboxes {
            let letter = Letter.concerns(members, committedAt: committedAt)
            _ = mailbox.postWaiting(letter, byteCount: members.byteCount)
        }
    }

    /// Hands changes of tables that somebody wants to whoever follows them, after the topics' own
    /// messages are on their way.
    private func follow(_ slice: WindowSlice) {
        guard let follower, let wanted = follower.wantedTables else { return }
        var readAt: Int64?
        var changes: [ChangedRow] = []
        var byteCount = 0
        for message in slice.messages {
            guard let relation = message.relation, relation.isPublished,
                let operation = ChangedRow.Operation(rawValue: relation.operation.rawValue)
            else { continue }
            let table = TableName(schema: relation.schema, relation.table)
            guard wanted.contains(table) else { continue }
            let instant = readAt ?? Self.milliseconds(slice.readAt)
            readAt = instant
            byteCount += message.byteCount
            changes.append(
                ChangedRow(
                    seq: message.seq,
                    transaction: message.transaction ?? 0,
                    table: table,
                    operation: operation,
                    key: relation.key.map(JSONText.init(trusted:)),
                    old: relation.old.map(JSONText.init(trusted:)),
                    new: relation.new.map(JSONText.init(trusted:)),
                    readAt: instant
                )
            )
        }
        if !changes.isEmpty { follower.deliver(changes, byteCount: byteCount) }
    }

    /// An instant of this process in milliseconds since 1970.
    private static func milliseconds(_ instant: ContinuousClock.Instant) -> Int64 {
        let ago = instant.duration(to: .now)
        let seconds = Double(ago.components.seconds) + Double(ago.components.attoseconds) / 1e18
        return Int64((Date.now.timeIntervalSince1970 - seconds) * 1_000)
    }

    /// Encodes a message for each topic that anybody listens to; answers how often it did.
    private func route(
        _ message: OutboxMessage,
        by contract: TopicContract,
        _ outgoing: inout Outgoing
    ) -> Int {
        var known: [ChangeForms.Shown: UserBroadcast] = [:]
        var encodingCount = 0
        for topic in message.topics {
            let key = TopicKey(name: topic, isPrivate: message.isPrivate)
            let loops = interest.loops(of: key)
            guard !loops.isEmpty else { continue }
            let family = message.isPrivate ? contract.family(of: topic) : nil
            let forms = ChangeForms.forms(of: message.relation, on: family)
            if forms.isEmpty { observe(.outbox(.rowSkipped(.notCarried, seq: message.seq))) }
            for form in forms {
                let broadcast = known[form.shown] ?? Self.broadcast(message, form.shown)
                known[form.shown] = broadcast
                let encoded = Self.encode(
                    broadcast,
                    for: key,
                    loops: loops,
                    audience: form.audience,
                    transaction: message.transaction
                )
                encodingCount += (encoded.v1 == nil ? 0 : 1) + (encoded.v2 == nil ? 0 : 1)
                if loops.v2 != 0, encoded.v2 == nil {
                    observe(.outbox(.rowSkipped(.payloadUnusable, seq: message.seq)))
                }
                for loop in mailboxes.indices where encoded.isFor(loops, loop: loop) {
                    outgoing.letters[loop].append(encoded)
                    outgoing.byteCounts[loop] += encoded.byteCount
                }
            }
        }
        return encodingCount
    }

    private func post(_ outgoing: inout Outgoing) {
        for (loop, letter) in outgoing.letters.enumerated() where !letter.isEmpty {
            let byteCount = outgoing.byteCounts[loop]
            _ = mailboxes[loop].postWaiting(.messages(letter), byteCount: byteCount)
        }
        outgoing = Outgoing(loopCount: mailboxes.count)
    }

    /// A truncated table's row names families of topics, such as `trip:*`; without any, nobody
    /// knows whom it concerns.
    private static func prefixes(of message: OutboxMessage) -> [String] {
        let prefixes = message.topics.map { String($0.text.prefix { $0 != "*" }) }
        return prefixes.isEmpty ? [""] : prefixes
    }

    private static func broadcast(
        _ message: OutboxMessage,
        _ shown: ChangeForms.Shown
    ) -> UserBroadcast {
        .fromDatabase(id: message.id, name: message.name, content: message.content(shown))
    }

    /// What the subscribers of a topic get, in the serializers that they use.
    ///
    /// Bytes have no form in the first one, and none where the topic or the name is too long.
    private static func encode(
        _ broadcast: UserBroadcast,
        for key: TopicKey,
        loops: Interest.Loops,
        audience: ReaderAudience?,
        transaction: UInt64?
    ) -> RelayedBroadcast {
        func encode(_ serializer: Serializer) -> EncodedMessage? {
            MessageEncoder(serializer: serializer)
                .broadcast(broadcast, topic: key.name.wireText)
        }
        return RelayedBroadcast(
            topic: key,
            v1: loops.v1 == 0 ? nil : encode(.v1),
            v2: loops.v2 == 0 ? nil : encode(.v2),
            transaction: transaction,
            audience: audience
        )
    }

    func databaseAway() { announce(.databaseAway) }

    func databaseBack() { announce(.databaseBack) }

    func resync() {
        follower?.forgetDatabase()
        announce(.resync)
    }

    private func announce(_ notice: SystemNotice, prefixes: [String]? = nil) {
        for mailbox in mailboxes {
            let letter = Letter.notice(notice, prefixes: prefixes)
            _ = mailbox.postWaiting(letter, byteCount: Letter.smallByteCount)
        }
    }
}
