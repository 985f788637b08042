import Locking
import Observation
import Outbox
import Testing
import Topics
import Wire

@testable import Gateway
@testable import Hub

/// How often a change is encoded, and for whom.
@Suite struct WindowRouterFormsTests {
    /// A router of two loops whose letters and observations are kept.
    private final class Stage {
        let mailboxes = (0..<2).map { _ in Mailbox<Letter>(byteCountMax: 1 << 20) {} }
        let interest = Interest()
        let topics = ServedTopics(isChecked: true)
        let seen = Kept<Observation>()

        func deliver(_ relation: OutboxMessage.Relation) {
            let seen = seen
            let router = WindowRouter(
                interest: interest,
                mailboxes: mailboxes,
                topics: topics,
                observe: { observation in seen.append(observation) }
            )
            let message = ChangeFormsTests.message(relation)
            router.deliver(WindowSlice(messages: [message], isLast: true, readAt: .now))
        }

        /// What a loop got since the last call: for whom, and in which serializers.
        func taken(_ loop: Int) -> [RelayedBroadcast] {
            mailboxes[loop].takeAll().flatMap { letter -> [RelayedBroadcast] in
                guard case .messages(let messages) = letter else { return [] }
                return messages
            }
        }

        var encodingCount: Int {
            seen.all.reduce(0) { count, observation in
                guard case .counted(let deltas) = observation else { return count }
                return deltas.reduce(count) { $0 + $1.amount }
            }
        }
    }

    @Test("A change is encoded once for each form and serializer, however many loops want it")
    func encodings() {
        let stage = Stage()
        let topic = TopicKey(name: ChangeFormsTests.name("board:1"), isPrivate: true)
        let columns: FamilyColumns = .byClass(["viewer": .except(["budget"]), "editor": .all])
        let family = ChangeFormsTests.family([("boards", columns)])
        stage.topics.replace(with: TopicContract([family]), isChecked: true)
        stage.interest.set(true, topic: topic, loop: 0, serializer: .v1)
        stage.interest.set(true, topic: topic, loop: 1, serializer: .v1)
        stage.interest.set(true, topic: topic, loop: 1, serializer: .v2)
        stage.deliver(ChangeFormsTests.relation())
        #expect(stage.encodingCount == 6)
        for loop in 0..<2 {
            let taken = stage.taken(loop)
            #expect(taken.count == 3)
            for readerClass in ["viewer", "editor", nil] {
                let meant = taken.filter { $0.audience?.contains(readerClass) == true }
                #expect(meant.count == 1)
                #expect(meant.first?.v1 != nil && meant.first?.transaction == 9)
                let bytes = meant.first?.v1?.first.bytes ?? []
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(text.contains("budget") == (readerClass == "editor"))
                #expect(text.contains(#""name""#) == (readerClass != nil))
            }
        }
    }

    @Test("What the file does not carry is left out, and counted")
    func notCarried() {
        let stage = Stage()
        let topic = TopicKey(name: ChangeFormsTests.name("board:1"), isPrivate: true)
        stage.interest.set(true, topic: topic, loop: 0, serializer: .v2)
        stage.deliver(ChangeFormsTests.relation("boards", .delete))
        #expect(stage.taken(0).map { $0.audience } == [nil])
        let family = ChangeFormsTests.family([("boards", .same(.all))])
        stage.topics.replace(with: TopicContract([family]), isChecked: true)
        stage.deliver(ChangeFormsTests.relation("boards", .delete))
        #expect(stage.taken(0).isEmpty)
        let skipped = stage.seen.all.contains { observation in
            guard case .outbox(.rowSkipped(.notCarried, seq: 1)) = observation else { return false }
            return true
        }
        #expect(skipped)
    }
}
