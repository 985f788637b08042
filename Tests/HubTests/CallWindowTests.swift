import Testing

@testable import Hub

@Suite struct CallWindowTests {
    @Test("Within any window no more calls are taken than it has, and refused ones do not count")
    func slides() {
        var window = CallWindow()
        let start = ContinuousClock.now
        func take(_ seconds: Int) -> Bool {
            window.take(countMax: 2, window: .seconds(10), now: start + .seconds(seconds))
        }
        #expect(take(0) && take(9))
        #expect(!take(9))
        #expect(take(10))
        #expect(!take(18))
        #expect(take(19))
    }
}
