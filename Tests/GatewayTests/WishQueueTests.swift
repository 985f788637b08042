import Changes
import Hub
import Testing
import Topics
import Wire

@testable import Gateway

@Suite struct WishQueueTests {
    private func address(_ channel: UInt64) -> ChangeMember.Address {
        ChangeMember.Address(loop: 0, channel: channel)
    }

    private func waiting(_ channel: UInt64, _ generation: UInt64) -> WishQueue.Waiting {
        let wish = ChangesWish(
            channel: channel,
            generation: generation,
            topic: "realtime:a",
            serializer: .v2,
            caller: Caller(role: "anon", claims: "{}"),
            bindings: []
        )
        return WishQueue.Waiting(address: address(channel), wish: wish, since: .now)
    }

    @Test("Wishes come in order; those taken out or replaced do not")
    func order() {
        var queue = WishQueue()
        for channel in 1...4 {
            queue.add(waiting(UInt64(channel), UInt64(channel)))
        }
        queue.remove(address(2))
        queue.add(waiting(1, 9))
        #expect(queue.count == 3)
        var generations: [UInt64] = []
        while let next = queue.next() { generations.append(next.wish.generation) }
        #expect(generations == [3, 4, 9])
        #expect(queue.count == 0)
    }

    @Test("A wish that is added again comes last, however often that happens")
    func again() throws {
        var queue = WishQueue()
        queue.add(waiting(1, 1))
        queue.add(waiting(2, 2))
        for round in 0..<5_000 {
            let found = queue.next()
            let next = try #require(found)
            #expect(next.wish.generation == UInt64(round % 2 + 1))
            queue.add(next)
        }
        #expect(queue.count == 2)
    }
}
