import Authorization
import Testing
import Topics

@testable import struct Authorization.ConcernedTopics
@testable import struct Authorization.VerdictCache

@Suite("The verdicts that are remembered")
struct VerdictCacheTests {
    private static let start = ContinuousClock.now

    private static func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    private static func cache(_ countMax: Int = 10) -> VerdictCache {
        VerdictCache(countMax: countMax, lifetime: .seconds(5))
    }

    @Test("A no is never remembered, nor is a caller of many bytes")
    func notRemembered() throws {
        var cache = Self.cache()
        let writeOnly = Verdict(
            broadcastRead: false,
            presenceRead: false,
            broadcastWrite: true,
            presenceWrite: true
        )
        cache.remember(.denied, on: try Question("a"), now: Self.at(0))
        cache.remember(writeOnly, on: try Question("b"), now: Self.at(0))
        let long = try Question("c", sub: String(repeating: "x", count: 9_000))
        cache.remember(.all, on: long, now: Self.at(0))
        #expect(cache.count == 0)
        #expect(cache.verdict(on: long, now: Self.at(0)) == nil)
    }

    @Test("Without a lifetime or room nothing is remembered")
    func switchedOff() throws {
        for var cache in [
            VerdictCache(countMax: 10, lifetime: .zero),
            VerdictCache(countMax: 0, lifetime: .seconds(5)),
        ] {
            cache.remember(.all, on: try Question("a"), now: Self.at(0))
            #expect(cache.count == 0)
        }
    }

    @Test("It is the same caller's on the same topic only, to the byte, and for its time only")
    func sameQuestion() throws {
        var cache = Self.cache()
        cache.remember(.all, on: try Question("trip:1", sub: "ana"), now: Self.at(0))
        let known = cache.verdict(on: try Question("trip:1", sub: "ana"), now: Self.at(4_999))
        #expect(known?.verdict == .all)
        #expect(known?.age == .milliseconds(4_999))
        for other in try [
            Question("trip:1", sub: "ben"), Question("trip:1", sub: "Ana"),
            Question("Trip:1", sub: "ana"), Question("trip:10", sub: "ana"),
            Question("trip:1", role: "anon", sub: "ana"),
            Question("trip:1", sub: "ana", more: ", \"exp\": 2"),
            Question("trip:1", sub: "ana", headers: "{\"x-a\": \"1\"}"),
        ] {
            #expect(cache.verdict(on: other, now: Self.at(0)) == nil, "\(other)")
        }
        #expect(cache.verdict(on: try Question("trip:1", sub: "ana"), now: Self.at(5_000)) == nil)
        cache.dropOld(now: Self.at(5_000))
        #expect(cache.count == 0)
    }

    @Test("Full, the oldest makes room; what is given anew is not counted twice")
    func full() throws {
        var cache = Self.cache(2)
        for (place, name) in ["a", "b", "b", "a", "c"].enumerated() {
            cache.remember(.all, on: try Question(name), now: Self.at(place))
            #expect(cache.count <= 2)
        }
        #expect(cache.verdict(on: try Question("b"), now: Self.at(9)) == nil)
        #expect(cache.verdict(on: try Question("a"), now: Self.at(9)) != nil)
        #expect(cache.verdict(on: try Question("c"), now: Self.at(9)) != nil)
        for number in 0..<1_000 {
            cache.remember(.all, on: try Question("d"), now: Self.at(10 + number))
        }
        #expect(cache.count <= 2)
        #expect(cache.verdict(on: try Question("d"), now: Self.at(1_010)) != nil)
    }

    @Test(
        "Concerns void what they cover, whoever's it is and however it is written",
        arguments: [
            (MembershipConcern(.every), []),
            (MembershipConcern(.family("trip")), ["user:A0", "session:7", "tripod:1", "trip"]),
            (
                MembershipConcern(.part("7"), member: "ben"),
                ["trip:1", "trip:77", "user:A0", "tripod:1", "trip"]
            ),
            (
                MembershipConcern(topic: "user:a0", member: "", effect: ""),
                ["trip:1", "trip:7", "trip:77", "session:7", "tripod:1", "trip"]
            ),
        ]
    )
    func forgetting(concern: MembershipConcern?, left: [String]) throws {
        let names = ["trip:1", "trip:7", "trip:77", "user:A0", "session:7", "tripod:1", "trip"]
        var cache = Self.cache()
        for name in names { cache.remember(.all, on: try Question(name), now: Self.at(0)) }
        let concern = try #require(concern)
        let forgottenCount = cache.forget(ConcernedTopics([concern]))
        #expect(forgottenCount == names.count - left.count)
        let known = try names.filter {
            cache.verdict(on: try Question($0), now: Self.at(1)) != nil
        }
        #expect(known.sorted() == left.sorted())
        #expect(cache.count == left.count)
    }

    @Test("Too many wide concerns void everything")
    func manyConcerns() throws {
        var cache = Self.cache()
        cache.remember(.all, on: try Question("trip:1"), now: Self.at(0))
        let few = (0..<100).map { MembershipConcern(.part("x\($0)")) }
        let byFew = cache.forget(ConcernedTopics(few))
        let byMany = cache.forget(ConcernedTopics(few + [MembershipConcern(.part("y"))]))
        #expect(byFew == 0 && byMany == 1)
    }
}
