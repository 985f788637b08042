import Glibc
import Locking
import Testing

@Suite struct WorkThreadTests {
    private final class Notes: Sendable {
        let lines = Locked<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("Join returns after the work is done, and a second join at once")
    func join() {
        let notes = Notes()
        let thread = WorkThread(name: "work") {
            usleep(10_000)
            notes.add("done")
        }
        thread.join()
        #expect(notes.all == ["done"])
        thread.join()
    }

    @Test("A thread carries its name and blocks every signal it can")
    func nameAndSignals() {
        let notes = Notes()
        let thread = WorkThread(name: "waypost-loop-one") {
            let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = unsafe read(file, &bytes, 32)
            close(file)
            notes.add(String(decoding: bytes.prefix(max(0, count - 1)), as: UTF8.self))
            var mask = sigset_t()
            unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
            for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] {
                notes.add(unsafe sigismember(&mask, signal) == 1 ? "blocked" : "open")
            }
        }
        thread.join()
        #expect(notes.all == ["waypost-loop-on", "blocked", "blocked", "blocked", "blocked"])
    }

    @Test("The thread that starts another one keeps its own signal mask")
    func makersMask() {
        let notes = Notes()
        let maker = WorkThread(name: "maker") {
            var none = sigset_t()
            unsafe sigemptyset(&none)
            unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
            WorkThread(name: "made") {}.join()
            var mask = sigset_t()
            unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
            notes.add(unsafe sigismember(&mask, SIGUSR1) == 1 ? "blocked" : "open")
        }
        maker.join()
        #expect(notes.all == ["open"])
    }

    @Test("A thread nobody joins still does its work", .timeLimit(.minutes(1)))
    func detached() throws {
        let pipe = try WakePipe()
        do { _ = WorkThread(name: "alone") { pipe.wake() } }
        var waiting = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(unsafe poll(&waiting, 1, 10_000) == 1)
    }

    @Test("Work that is done keeps nothing, also where its owner keeps the thread")
    func letsGo() {
        weak var kept: Owner?
        do {
            let owner = Owner()
            owner.start()
            owner.thread.withLock { $0 }?.join()
            kept = owner
        }
        #expect(kept == nil)
    }

    private final class Owner: Sendable {
        let thread = Locked<WorkThread?>(nil)

        func start() {
            let started = WorkThread(name: "owned") { [self] in work() }
            thread.withLock { $0 = started }
        }

        private func work() {}
    }
}
