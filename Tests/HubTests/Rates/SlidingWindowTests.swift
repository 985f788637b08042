import Testing

@testable import Hub

@Suite struct SlidingWindowTests {
    private let start = ContinuousClock.now

    @Test("Refused calls do not count, and a call is forgotten within an eighth after its window")
    func slides() {
        var window = SlidingWindow()
        func take(_ milliseconds: Int) -> Bool {
            window.take(
                of: 2,
                within: .seconds(8),
                now: start + .milliseconds(milliseconds)
            )
        }
        #expect(take(0) && take(7_000))
        #expect(!take(7_000) && !take(8_000))
        #expect(!take(8_999), "the slot of the first call ends at 1,000")
        #expect(take(9_000))
        #expect(!take(15_999))
        #expect(take(16_000))
        #expect(take(60_000) && take(60_000) && !take(60_000))
    }

    @Test("Several calls are taken all or none, and what is charged counts above the limit")
    func several() {
        var window = SlidingWindow()
        func take(_ calls: Int, _ milliseconds: Int = 0) -> Bool {
            let now = start + .milliseconds(milliseconds)
            return window.take(calls, of: 10, within: .seconds(1), now: now)
        }
        #expect(!take(11) && take(10))
        window.charge(.max, within: .seconds(1), now: start)
        let count = window.count(within: .seconds(1), now: start)
        #expect(count == Int(UInt32.max))
        #expect(!take(1, 1_000) && take(1, 1_125))
    }

    @Test("No window has more calls than it may, and none is refused that an eighth more would let")
    func model() {
        for seed in 0..<40 {
            var dice = Dice(state: UInt64(seed))
            var window = SlidingWindow()
            var taken: [Int] = []
            var now = 0
            for _ in 0..<500 {
                now += Int.random(in: 0...40, using: &dice)
                let isTaken = window.take(
                    of: 20,
                    within: .milliseconds(800),
                    now: start + .milliseconds(now)
                )
                let exact = taken.count { $0 > now - 800 }
                let wider = taken.count { $0 > now - 900 }
                if isTaken {
                    #expect(exact < 20, "seed \(seed), at \(now)")
                    taken.append(now)
                } else {
                    #expect(wider >= 20, "seed \(seed), at \(now)")
                }
            }
            #expect(taken.count > 20)
        }
    }

    @Test("It is as small as a few words, however many calls there are")
    func size() { #expect(MemoryLayout<SlidingWindow>.size <= 72) }
}
