import Hub
import Locking
import Outbox
import Synchronization
import Testing
import Topics
import Wire

@testable import Gateway

@Suite struct ConcernOrderTests {
    private func topic(_ text: String) throws -> TopicName { try TopicName(text) }

    private func concern(_ text: String, ends: Bool = false) throws -> MembershipConcern {
        MembershipConcern(.topic(try topic(text)), endsTopic: ends)
    }

    private func texts(_ due: [ConcernOrder.Due]) -> [String] {
        due.map { due in
            let scopes = due.concerns.map { concern in
                switch concern.scope {
                case .every: "*"
                case .part(let text): "*:\(text)"
                case .family(let name): "\(name):*"
                case .topic(let name): name.text
                }
            }
            let spared = due.spared.isEmpty ? "" : " without \(due.spared.map(\.text).sorted())"
            return scopes.joined(separator: " ") + spared
        }
    }

    @Test("Concerns are due before their transaction's first message, and not earlier")
    func beforeFirst() throws {
        var order = ConcernOrder()
        order.begin([
            TransactionConcerns(firstSeq: 4, lastSeq: 9, concerns: [try concern("trip:1")]),
            TransactionConcerns(firstSeq: 6, lastSeq: 6, concerns: [try concern("trip:2")]),
        ])
        #expect(texts(order.due(before: 3)).isEmpty)
        #expect(texts(order.due(before: 4)) == ["trip:1"])
        #expect(texts(order.due(before: 5)).isEmpty)
        #expect(texts(order.due(before: 8)) == ["trip:2"])
        #expect(order.isEmpty)
    }

    @Test("An ended topic gets its whole transaction, whatever else concerns its members")
    func ended() throws {
        var order = ConcernOrder()
        let concerns = [
            try concern("trip:1", ends: true), try concern("trip:1"),
            MembershipConcern(.family("session"), member: "ana"), try concern("trip:2"),
        ]
        order.begin([TransactionConcerns(firstSeq: 4, lastSeq: 6, concerns: concerns)])
        #expect(texts(order.due(before: 4)) == [#"session:* trip:2 without ["trip:1"]"#])
        #expect(texts(order.due(before: 6)).isEmpty)
        #expect(texts(order.due(before: 7)) == ["trip:1"])
        #expect(order.isEmpty)
    }

    @Test("What is due after the last message is due at the window's end, also slices later")
    func atEnd() throws {
        var order = ConcernOrder()
        order.begin([
            TransactionConcerns(
                firstSeq: 1,
                lastSeq: 6,
                concerns: [try concern("trip:1", ends: true)]
            ),
            TransactionConcerns(firstSeq: 5, lastSeq: 5, concerns: [try concern("trip:2")]),
        ])
        order.begin([])
        #expect(texts(order.due(before: 6)) == ["trip:2"])
        #expect(texts(order.rest()) == ["trip:1"])
        #expect(order.isEmpty && order.rest().isEmpty)
    }

    @Test("The router posts concerns to every loop, in their place, after verdicts are forgotten")
    func router() throws {
        let interest = Interest()
        let mailboxes = (0..<2).map { _ in Mailbox<Letter>(byteCountMax: 1 << 20) {} }
        let forgotten = Locked<[Int]>([])
        let router = WindowRouter(
            interest: interest,
            mailboxes: mailboxes,
            forget: { concerns in
                let count = mailboxes[0].byteCount
                forgotten.withLock { $0 += [concerns.count, count] }
            },
            observe: { _ in }
        )
        let port = Silent()
        let hub = Hub(loop: 1, of: 2, limits: HubLimits(), interest: interest, port: port)
        let connection = ConnectionNumber(rawValue: 1)
        let caller = Caller(role: "authenticated", claims: "{}")
        let identity = Identity(token: "t", caller: caller, sub: nil, expiresAt: .max)
        hub.opened(connection, serializer: .v2, identity: identity)
        let time = HubTime(now: .now, unixSeconds: 0)
        let join = #"["1","1","realtime:trip:1","phx_join",{"config":{"private":true}}]"#
        hub.received(Array(join.utf8), from: connection, time: time)
        let trip = try topic("trip:1")
        hub.answered(1, connection: connection, topic: trip, .verdict(.all), time: time)
        hub.caughtUp(1, time: time)
        let names = ["a", "b", "c"]
        let messages = try names.enumerated().map { place, name in
            OutboxMessage(
                seq: Int64(place) + 1,
                id: "0",
                topics: [try topic("trip:1")],
                isPrivate: true,
                name: name,
                payload: .json(Array("{}".utf8))
            )
        }
        let concerns = [
            TransactionConcerns(firstSeq: 2, lastSeq: 2, concerns: [try concern("trip:1")]),
            TransactionConcerns(
                firstSeq: 3,
                lastSeq: 3,
                concerns: [try concern("trip:1", ends: true)]
            ),
        ]
        let instant = ContinuousClock.now
        router.deliver(
            WindowSlice(
                messages: Array(messages.prefix(2)),
                isLast: false,
                concerns: concerns,
                readAt: instant,
                lag: .seconds(1)
            )
        )
        router.deliver(WindowSlice(messages: [messages[2]], isLast: true, readAt: instant))
        #expect(kinds(mailboxes[0]) == ["concerns", "concerns"])
        let expected = ["1 messages", "concerns", "1 messages", "1 messages", "concerns"]
        #expect(kinds(mailboxes[1]) == expected)
        #expect(forgotten.withLock { $0.count } == 4)
        #expect(forgotten.withLock { $0[1] } == 0, "nobody may be asked before it is forgotten")
    }

    private func kinds(_ mailbox: Mailbox<Letter>) -> [String] {
        mailbox.takeAll().map { letter in
            switch letter {
            case .messages(let messages): "\(messages.count) messages"
            case .concerns: "concerns"
            default: "another"
            }
        }
    }
}

/// A hub's surroundings in which nothing happens.
private final class Silent: HubPort {
    var isCaughtUp: Bool { true }
    func send(_ message: EncodedMessage, to connection: ConnectionNumber) {}
    func close(_ connection: ConnectionNumber, code: CloseCode, reason: String) {}
    func drop(_ connection: ConnectionNumber) {}
    func ask(_ question: AccessQuestion) {}
    func catchUp(_ number: UInt64) {}
    func replay(_ question: ReplayQuestion) {}
    func freeByteCount(of connection: ConnectionNumber) -> Int { .max }
    func follow(_ wish: ChangesWish) {}
    func unfollow(_ channel: UInt64) {}
    func relay(_ broadcast: RelayedBroadcast) {}
    func carry(_ letter: PresenceLetter, to loop: Int, mustArrive: Bool) -> Bool { true }
    func randomBits() -> UInt64 { 1 }
    func verify(
        _ token: String,
        like identity: Identity,
        time: HubTime
    ) -> Result<Identity, JoinRefusal> { .success(identity) }
    func note(_ note: HubNote) {}
}
