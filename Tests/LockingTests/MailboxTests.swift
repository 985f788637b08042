import Glibc
import Locking
import Testing

@Suite struct MailboxTests {
    private final class Wakes: Sendable {
        let count = Locked(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    @Test("Letters come out in order, once, and wake their owner once")
    func order() {
        let wakes = Wakes()
        let box = Mailbox<Int>(byteCountMax: 100) { wakes.add() }
        for letter in 1...3 { #expect(box.post(letter, byteCount: 10)) }
        #expect(wakes.value == 1)
        #expect(box.byteCount == 30)
        #expect(box.takeAll() == [1, 2, 3])
        #expect(box.takeAll().isEmpty)
        #expect(box.byteCount == 0)
        #expect(box.post(4, byteCount: 10))
        #expect(wakes.value == 2)
    }

    @Test("A full box keeps nothing and takes letters again once emptied")
    func full() {
        let box = Mailbox<Int>(byteCountMax: 100) {}
        #expect(box.post(1, byteCount: 60))
        #expect(!box.post(2, byteCount: 41))
        #expect(box.post(3, byteCount: 40))
        #expect(box.takeAll() == [1, 3])
        #expect(box.post(2, byteCount: 41))
    }

    @Test("A letter that must not wait gets into a full box, and into no closed one")
    func anyway() {
        let box = Mailbox<Int>(byteCountMax: 10) {}
        #expect(box.post(1, byteCount: 10))
        #expect(box.postAnyway(2, byteCount: 5))
        #expect(!box.post(3, byteCount: 0))
        #expect(box.takeAll() == [1, 2])
        box.close()
        #expect(!box.postAnyway(4, byteCount: 1))
        #expect(box.takeAll() == [])
    }

    @Test("A letter bigger than the box is taken while it is empty")
    func oversize() {
        let box = Mailbox<Int>(byteCountMax: 10) {}
        #expect(box.post(1, byteCount: 1_000))
        #expect(!box.post(2, byteCount: 1))
        #expect(box.takeAll() == [1])
        #expect(box.postWaiting(3, byteCount: 1_000))
    }

    @Test("A closed box refuses letters and still hands out the old ones")
    func closed() {
        let box = Mailbox<Int>(byteCountMax: 10) {}
        #expect(box.post(1, byteCount: 1))
        box.close()
        #expect(!box.post(2, byteCount: 1))
        #expect(!box.postWaiting(2, byteCount: 1))
        #expect(box.takeAll() == [1])
    }

    @Test("A poster that waits for room is let go by close")
    func closeReleases() throws {
        let pipe = try WakePipe()
        let box = Mailbox<Int>(byteCountMax: 10) { pipe.wake() }
        #expect(box.post(1, byteCount: 10))
        let answer = Answer()
        let thread = WorkThread(name: "poster") {
            let isKept = box.postWaiting(2, byteCount: 10)
            answer.isKept.withLock { $0 = isKept }
        }
        usleep(20_000)
        #expect(answer.isKept.withLock { $0 } == nil)
        box.close()
        thread.join()
        #expect(answer.isKept.withLock { $0 } == false)
    }

    @Test("Posters that wait lose no letter and keep their own order", .timeLimit(.minutes(1)))
    func waitingPosters() throws {
        let pipe = try WakePipe()
        let box = Mailbox<(poster: Int, number: Int)>(byteCountMax: 500) { pipe.wake() }
        let posters = (0..<3).map { poster in
            WorkThread(name: "poster") {
                for number in 0..<5_000 {
                    let isKept = box.postWaiting((poster, number), byteCount: 8 + number % 90)
                    precondition(isKept, "the box was closed early")
                }
            }
        }
        var next = [0, 0, 0]
        var wakeCount = 0
        while next != [5_000, 5_000, 5_000] {
            var waiting = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, 10_000)
            pipe.clear()
            wakeCount += 1
            for letter in box.takeAll() {
                try #require(letter.number == next[letter.poster])
                next[letter.poster] += 1
            }
        }
        for poster in posters { poster.join() }
        #expect(wakeCount <= 15_000)
    }

    private final class Answer: Sendable {
        let isKept = Locked<Bool?>(nil)
    }
}
