import Postgres
import TestSupport
import Testing

@Suite struct ReconnectDelayTests {
    @Test("Delays double up to the bound and keep to its upper half", arguments: seeds(50))
    func bounds(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var delay = ReconnectDelay(min: .milliseconds(100), max: .seconds(5))
        for bound in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000] {
            let next = delay.next(using: &generator)
            #expect(next >= .milliseconds(bound) / 2 - .nanoseconds(1))
            #expect(next <= .milliseconds(bound) + .nanoseconds(1))
        }
    }

    @Test("After a success the delays start small again")
    func reset() {
        var generator = SeededGenerator(seed: 1)
        var delay = ReconnectDelay()
        for _ in 0..<10 { _ = delay.next(using: &generator) }
        delay.reset()
        #expect(delay.next(using: &generator) <= .milliseconds(100))
    }

    @Test("Two nodes do not wait the same time")
    func jitter() {
        var one = SeededGenerator(seed: 1)
        var other = SeededGenerator(seed: 2)
        var first = ReconnectDelay()
        var second = ReconnectDelay()
        #expect(first.next(using: &one) != second.next(using: &other))
    }
}
