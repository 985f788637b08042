import Testing
@testable import WebSocketServer

@Suite struct LoopTimingTests {
    @Test("Durations become whole ticks, rounded up and at least one")
    func ticks() {
        var configuration = LoopConfiguration(listeners: [])
        configuration.tickInterval = .milliseconds(500)
        configuration.idleTimeout = .milliseconds(1_250)
        let timing = LoopTiming(configuration)
        #expect(timing.tickSeconds == 0.5)
        #expect(timing.idle == 3)
        #expect(timing.handshake == 10)
        #expect(timing.ticks(.zero) == 1)
        #expect(timing.ticks(.seconds(1_000_000_000)) == 1_000_000_000)
    }

    @Test("A deadline leaves room for the tick that has begun, also where ticks start over")
    func deadline() {
        let timing = LoopTiming(LoopConfiguration(listeners: []))
        #expect(timing.deadline(after: 5, from: 10) == 16)
        #expect(timing.deadline(after: 5, from: .max) == 5)
    }
}
