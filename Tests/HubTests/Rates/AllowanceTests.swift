import Locking
import Testing

@testable import Hub

@Suite struct AllowanceTests {
    private let start = ContinuousClock.now

    private func allowance(
        _ kind: RateKind = .messages,
        perSecond: Int,
        window: Duration = .seconds(10)
    ) -> SharedAllowance {
        var limits = RateLimits()
        limits[kind] = perSecond
        limits.window = window
        return SharedAllowance(.user, limits)
    }

    @Test("What is not limited is let through, and each kind counts by itself")
    func kinds() {
        let share = AllowanceShare(allowance(.joins, perSecond: 1))
        for _ in 0..<10 { #expect(share.take(of: .joins, now: start)) }
        #expect(!share.take(of: .joins, now: start))
        for _ in 0..<1_000 { #expect(share.take(of: .messages, now: start)) }
    }

    @Test(
        "All loops together have exactly what one may, whatever their shares",
        arguments: [1, 3, 64, 1_000]
    )
    func loops(perSecond: Int) {
        let allowance = allowance(perSecond: perSecond)
        let shares = (0..<4).map { _ in AllowanceShare(allowance) }
        var taken = 0
        // In turn until all are refused; leases of refused ones are still used up.
        var refused = 0
        while refused < 4 {
            refused = 0
            for share in shares {
                if share.take(of: .messages, now: start) { taken += 1 } else { refused += 1 }
            }
        }
        #expect(taken == perSecond * 10)
        let later = start + .milliseconds(11_250)
        #expect(shares[0].take(of: .messages, now: later))
    }

    @Test("The lock is touched once for many calls")
    func leases() {
        let allowance = allowance(perSecond: 640)
        let share = AllowanceShare(allowance)
        for _ in 0..<100 { #expect(share.take(of: .messages, now: start)) }
        #expect(allowance.count(of: .messages, now: start) == 100)
        #expect(share.take(of: .messages, now: start))
        #expect(allowance.count(of: .messages, now: start) == 200)
    }

    @Test("Threads that take at the same time have together what one may, and no more")
    func threads() {
        let allowance = allowance(perSecond: 1_000)
        let taken = Locked(0)
        let start = start
        let threads = (0..<4).map { _ in
            WorkThread(name: "taker") {
                let share = AllowanceShare(allowance)
                var count = 0
                for _ in 0..<20_000 where share.take(of: .messages, now: start) { count += 1 }
                taken.withLock { $0 += count }
            }
        }
        for thread in threads { thread.join() }
        #expect(taken.withLock { $0 } == 10_000)
    }

    @Test("What has happened is charged some at a time, over the limit too")
    func charges() {
        let allowance = allowance(perSecond: 64)
        let share = AllowanceShare(allowance)
        share.charge(9, of: .messages, now: start)
        #expect(allowance.count(of: .messages, now: start) == 0)
        share.charge(700, of: .messages, now: start)
        #expect(allowance.count(of: .messages, now: start) == 709)
        #expect(!share.take(of: .messages, now: start))
    }

    @Test("Owners are remembered while they are connected or their window has something in it")
    func eviction() throws {
        var limits = RateLimits()
        limits[.joins] = 1
        let book = AllowanceBook([.user: limits])
        let first = try #require(book.allowance(of: .user("ana"), now: start))
        #expect(book.allowance(of: .user("ana"), now: start) === first)
        #expect(book.allowance(of: .key(1), now: start) !== first)
        first.connected(true)
        for number in 0..<5_000 { _ = book.allowance(of: .key(number), now: start) }
        #expect(book.ownerCount == 5_001)
        let later = start + .seconds(12)
        for number in 0..<5_000 { _ = book.allowance(of: .address("\(number)"), now: later) }
        #expect(book.ownerCount < 7_000, "those whose time is over make room")
        #expect(book.allowance(of: .user("ana"), now: later) === first)
    }

    @Test("Only so many owners are remembered; those whose time is over make room")
    func ownerLimit() {
        let book = AllowanceBook([:])
        for number in 0..<AllowanceBook.ownerCountMax {
            #expect(book.allowance(of: .key(number), now: start) != nil)
        }
        #expect(book.allowance(of: .key(-1), now: start) == nil)
        #expect(book.allowance(of: .key(1), now: start) != nil)
        #expect(book.allowance(of: .key(-1), now: start + .seconds(12)) != nil)
    }
}
