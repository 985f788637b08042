import Testing
@testable import TopicSchema
import Topics

@Suite struct WantedPolicyTests {
    private static let place = SourcePlace(file: "a.yaml", line: 3)

    private func policies(
        read: String,
        write: String?,
        presenceRead: String? = nil,
        presenceWrite: String?
    ) -> [String] {
        func rule(_ text: String) -> RuleExpression { RuleExpression(text, at: Self.place) }
        let family = TopicFamily(
            pattern: TopicPattern(family: "a", parameters: [.init(name: "n", type: .bigint)]),
            members: MemberRules(
                read: rule(read),
                write: write.map(rule),
                presenceRead: presenceRead.map(rule),
                presenceWrite: presenceWrite.map(rule)
            ),
            at: Self.place
        )
        return WantedPolicy.all(of: TopicContract([family])).map { policy in
            let called = policy.expression.split(separator: "\"").last { $0.contains("member_") }
            let isBoth =
                policy.expression.contains("'broadcast'")
                == policy.expression.contains("'presence'")
            let kind = isBoth ? "both" : "one"
            return "\(policy.name) \(policy.command) \(kind) \(called ?? "-")"
        }
    }

    @Test("Nobody may send where no rule says who")
    func nobody() {
        #expect(
            policies(read: "n = 1", write: nil, presenceWrite: nil)
                == ["waypost_a_read select both member_a_read"]
        )
    }

    @Test("A rule that decides both kinds of message is one policy")
    func both() {
        #expect(
            policies(read: "n = 1", write: "n = 2", presenceWrite: "n = 2") == [
                "waypost_a_read select both member_a_read",
                "waypost_a_write insert both member_a_write",
            ]
        )
    }

    @Test("Rules that are written alike share the function of the first")
    func shared() {
        #expect(
            policies(read: "n = 1", write: "n = 1", presenceRead: "n = 2", presenceWrite: "n = 2")
                == [
                    "waypost_a_read select one member_a_read",
                    "waypost_a_presence_read select one member_a_presence_read",
                    "waypost_a_write insert one member_a_read",
                    "waypost_a_presence_write insert one member_a_presence_read",
                ]
        )
    }

    @Test("Every policy holds the row's topic against the one that is asked about")
    func topic() {
        let family = Contracts.trip
        for policy in WantedPolicy.all(of: TopicContract([family])) {
            #expect(policy.expression.contains("topic = realtime.topic()"))
            #expect(policy.expression.contains("starts_with(topic, 'trip:')"))
        }
    }
}
