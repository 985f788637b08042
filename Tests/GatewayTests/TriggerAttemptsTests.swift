import Testing

@testable import Gateway

@Suite struct TriggerAttemptsTests {
    @Test("The same statements are tried again after a minute, others at once")
    func due() {
        var attempts = TriggerAttempts()
        let start = ContinuousClock.now
        let tries = [
            ("a", 0), ("a", 2), ("a", 59), ("a", 60), ("a", 62), ("b", 62), ("a", 62),
        ].map { sql, seconds in
            attempts.isDue(sql, now: start + .seconds(seconds))
        }
        #expect(tries == [true, false, false, true, false, true, true])
    }
}
