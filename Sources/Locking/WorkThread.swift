import Glibc

/// One POSIX thread with a name, for work that blocks or turns a loop.
///
/// Every signal is blocked in it, so that signals reach the thread that waits for them.
@safe public final class WorkThread: Sendable {
    private struct State {
        var identity: pthread_t?
        var isFinished = false

        /// Taken out to be run, so that work whose owner keeps the thread does not keep its owner.
        var body: (@Sendable () -> Void)?
    }

    /// What the thread itself holds on to; not the thread's object, which may go before it.
    private final class Job: Sendable {
        let name: String
        let state: Monitor<State>

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            state = Monitor(State(body: body))
        }

        func run() {
            nameThread()
            takeBody()?()
            state.withLock { $0.isFinished = true }
            state.wakeAll()
        }

        private func takeBody() -> (@Sendable () -> Void)? {
            state.withLock { state in
                let body = state.body
                state.body = nil
                return body
            }
        }

        /// Names the running thread; the C function for it is hidden from Swift's Glibc.
        private func nameThread() {
            let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { return }
            var name = name
            _ = name.withUTF8 { unsafe write(file, $0.baseAddress, $0.count) }
            close(file)
        }
    }

    private let job: Job

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `ps` and debuggers; the system keeps the first 15 bytes.
    ///   - body: The thread's work; the thread ends with it.
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        job = Job(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body)
        var all = sigset_t()
        var before = sigset_t()
        var identity = pthread_t()
        unsafe sigfillset(&all)
        // Blocked before the thread exists and restored after: it inherits the mask from its start.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        let code = unsafe pthread_create(
            &identity,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(job).toOpaque()
        )
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else { preconditionFailure("the system refused a thread") }
        job.state.withLock { [identity] in $0.identity = identity }
    }

    deinit {
        if let identity = takeIdentity() { pthread_detach(identity) }
    }

    /// Blocks until the thread's work is done; a second call returns at once.
    ///
    /// A thread must not join itself.
    public func join() {
        job.state.withLock(waitingUntil: { $0.isFinished }) { _ in }
        if let identity = takeIdentity() { pthread_join(identity, nil) }
    }

    private func takeIdentity() -> pthread_t? {
        job.state.withLock { state in
            let identity = state.identity
            state.identity = nil
            return identity
        }
    }
}
