import Testing
import Topics

@Suite("Whose membership a change concerns")
struct MembershipConcernTests {
    private static let upper = "A0000000-0000-4000-8000-00000000000F"
    private static let lower = "a0000000-0000-4000-8000-00000000000f"

    private static func covers(_ concern: String, _ topic: String) throws -> Bool {
        let concern = try #require(MembershipConcern(topic: concern, member: "", effect: ""))
        return concern.covers(try TopicName(topic))
    }

    @Test(
        "A topic of another name is not meant",
        arguments: [
            ("trip:1", "trip:10"), ("trip:1", "trip:1:1"), ("trip:1", "Trip:1"), ("trip:1", "trip"),
            ("trip:*", "tripod:1"), ("trip:*", "trip"), ("*:1", "1"), ("*:1", "trip:11"),
            ("*:a", "room:A"), ("room:a", "room:A"), ("user:\(lower)", "User:\(upper)"),
            ("user:\(lower)", "user:\(upper)0"), ("*:\(lower)", "user:\(upper.dropLast())"),
            ("user:\(lower)", "user:\(lower.replacing("-", with: "_"))"),
            ("user:\(String(lower.reversed()))", "user:\(String(upper.reversed()))"),
        ]
    )
    func notCovered(concern: String, topic: String) throws {
        #expect(try !Self.covers(concern, topic))
    }

    @Test(
        "A topic that is meant is meant however its UUIDs are written",
        arguments: [
            ("*", "anything"), ("trip:*", "trip:1"), ("trip:*", "trip:1:2"), ("*:1", "trip:1"),
            ("*:2", "note:1:2"), ("trip:1", "trip:1"), ("user:\(lower)", "user:\(upper)"),
            ("user:\(upper)", "user:\(lower)"), ("*:\(lower)", "note:1:\(upper)"),
            ("note:\(lower):x", "note:\(upper):x"),
        ]
    )
    func covered(concern: String, topic: String) throws {
        #expect(try Self.covers(concern, topic))
    }

    @Test("What is no name of a topic means nothing")
    func unreadable() {
        #expect(MembershipConcern(topic: "", member: "", effect: "") == nil)
        let ending = MembershipConcern(topic: "trip:1", member: "ana", effect: "end")
        #expect(ending?.endsTopic == true && ending?.member == "ana")
    }
}
