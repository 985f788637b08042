import Glibc
import Locking
import Testing

@Suite struct WakePipeTests {
    private func isReadable(_ pipe: WakePipe, timeoutMilliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&waiting, 1, timeoutMilliseconds) == 1
    }

    @Test("A pipe is quiet until woken and quiet again once cleared")
    func wakeAndClear() throws {
        let pipe = try WakePipe()
        #expect(!isReadable(pipe, timeoutMilliseconds: 0))
        pipe.wake()
        pipe.wake()
        #expect(isReadable(pipe, timeoutMilliseconds: 0))
        pipe.clear()
        #expect(!isReadable(pipe, timeoutMilliseconds: 0))
    }

    @Test("Any number of wake-ups without a reader never block", .timeLimit(.minutes(1)))
    func manyWakes() throws {
        let pipe = try WakePipe()
        for _ in 0..<100_000 { pipe.wake() }
        pipe.clear()
        #expect(!isReadable(pipe, timeoutMilliseconds: 0))
    }

    @Test("A thread that waits is woken by another one")
    func across() throws {
        let pipe = try WakePipe()
        let thread = WorkThread(name: "waker") { pipe.wake() }
        #expect(isReadable(pipe, timeoutMilliseconds: 10_000))
        thread.join()
    }
}
