import Testing

@testable import struct RowSecurity.Penalties

@Suite struct PenaltiesTests {
    private let start = ContinuousClock.now

    @Test("Nobody is penalised at first; then for a second, and each time twice as long")
    func doubling() {
        var penalties = Penalties<Int>(lengthMax: .seconds(5))
        #expect(!penalties.applies(to: 1, now: start))
        var now = start
        for seconds in [1, 2, 4, 5, 5] {
            penalties.add(1, now: now)
            #expect(penalties.applies(to: 1, now: now))
            #expect(!penalties.applies(to: 2, now: now))
            now += .seconds(seconds)
            #expect(!penalties.applies(to: 1, now: now))
            #expect(penalties.applies(to: 1, now: now - .milliseconds(1)))
        }
        penalties.forgive(1)
        penalties.add(1, now: now)
        #expect(!penalties.applies(to: 1, now: now + .seconds(1)))
    }

    @Test("With a limit of zero there is no penalty")
    func none() {
        var penalties = Penalties<Int>(lengthMax: .zero)
        penalties.add(1, now: start)
        #expect(!penalties.applies(to: 1, now: start))
    }

    @Test("Their number is limited, and those that are over go first")
    func limited() {
        var penalties = Penalties<Int>(lengthMax: .seconds(5))
        for key in 0..<Penalties<Int>.countMax { penalties.add(key, now: start) }
        penalties.add(-1, now: start + .seconds(2))
        #expect(penalties.count == 1)
        for key in 0..<Penalties<Int>.countMax { penalties.add(key, now: start + .seconds(2)) }
        #expect(penalties.count <= Penalties<Int>.countMax)
    }
}
