import TestSupport
import Testing

@Suite struct EventuallyTests {
    @Test("It ends as soon as the condition holds")
    func holds() async {
        var count = 0
        let held = await eventually {
            count += 1
            return count == 3
        }
        #expect(held && count == 3)
    }

    @Test("It gives up after the limit, and what the condition throws ends it")
    func givesUp() async {
        struct Sentinel: Error {}
        let start = ContinuousClock.now
        #expect(await !eventually(within: .milliseconds(50)) { false })
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        await #expect(throws: Sentinel.self) { try await eventually { throw Sentinel() } }
    }
}
