import Locking
import Testing

@Suite struct LockedTests {
    private final class Tally: Sendable {
        let count = Locked(0)
    }

    private struct Refused: Error {}

    @Test("Threads that count together lose nothing")
    func countingTogether() {
        let tally = Tally()
        let threads = (0..<4).map { _ in
            WorkThread(name: "count") {
                for _ in 0..<50_000 { tally.count.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(tally.count.withLock { $0 } == 200_000)
    }

    @Test("An error passes through and the lock is free again")
    func throwing() {
        let value = Locked(1)
        #expect(throws: Refused.self) {
            try value.withLock { value throws(Refused) in
                value = 2
                throw Refused()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }

    @Test("A guarded object is let go with its lock")
    func release() {
        final class Witness: Sendable {
            let tally: Tally
            init(_ tally: Tally) { self.tally = tally }
            deinit { tally.count.withLock { $0 += 1 } }
        }
        let tally = Tally()
        do {
            let locked = Locked(Witness(tally))
            locked.withLock { _ in }
            #expect(tally.count.withLock { $0 } == 0)
        }
        #expect(tally.count.withLock { $0 } == 1)
    }
}
