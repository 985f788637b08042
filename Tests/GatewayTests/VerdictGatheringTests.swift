import Authorization
import Locking
import Testing
import Topics

@testable import Gateway

@Suite struct VerdictGatheringTests {
    @Test("All answers are handed over together, once, when the last one is there")
    func together() throws {
        let handed = Locked<[[TopicName: Answer]]>([])
        let gathering = VerdictGathering(count: 3) { answers in
            handed.withLock { $0.append(answers) }
        }
        let topics = try ["a", "b", "c"].map { name throws(TopicName.Malformed) in
            try TopicName(name)
        }
        for topic in topics.dropLast() {
            gathering.add(.verdict(.all, failedRules: []), on: topic)
            #expect(handed.withLock { $0.isEmpty })
        }
        gathering.add(.unavailable(.databaseAway), on: topics[2])
        let all = handed.withLock { $0 }
        #expect(all.count == 1)
        #expect(all.first?[topics[0]] == .verdict(.all, failedRules: []))
        #expect(all.first?[topics[2]] == .unavailable(.databaseAway))
    }
}
