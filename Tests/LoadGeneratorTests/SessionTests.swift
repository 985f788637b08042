import LoadChecks
import Testing

@testable import LoadGenerator

@Suite struct SessionTests {
    private func channel() -> Channel {
        Channel(topic: "trip:1", number: 1, receivesOwn: false, mayBeUnmarked: false)
    }

    private func mark(_ second: UInt64) -> Mark {
        Mark(stream: 0, topic: 1, number: 1, sentAt: second * 1_000_000_000)
    }

    @Test("A channel that was never joined asks for nothing that was written before")
    func neverJoined() {
        #expect(channel().replaySince(now: 9_000_000_000, milliseconds: 50_000) == nil)
    }

    @Test("A channel asks for what was written since the last that it heard, whenever it was lost")
    func sinceTheLast() {
        var channel = channel()
        channel.hasJoined = true
        channel.heardUntil = 2_000_000_000
        #expect(channel.replaySince(now: 9_000_000_000, milliseconds: 50_000) == 42_000)
        channel.heard(mark(5))
        #expect(channel.replaySince(now: 9_000_000_000, milliseconds: 50_000) == 45_000)
        channel.heard(mark(4))
        #expect(channel.replaySince(now: 9_000_000_000, milliseconds: 50_000) == 45_000)
    }
}
