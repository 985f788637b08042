import Glibc

/// Runs `body` while a process stands still.
///
/// The body cannot suspend, on purpose: dropping a database waits for every backend of the cluster,
/// so other tests may hold all threads of the pool until this process goes on, and a test that
/// gave its own thread away would not get it back to let it go on.
///
/// - Parameters:
///   - processID: A backend's, for instance.
///   - body: What happens meanwhile.
/// - Returns: What `body` returned.
/// - Throws: What `body` threw.
public func whileStopped<R>(_ processID: Int32, _ body: () throws -> R) rethrows -> R {
    kill(processID, SIGSTOP)
    defer { kill(processID, SIGCONT) }
    return try body()
}

/// Waits until something has come about, without giving the thread away.
///
/// - Parameters:
///   - limit: The longest wait. Default 60 s.
///   - condition: Asked every 10 ms.
/// - Returns: Whether the condition held in time.
public func eventuallyHoldingTheThread(
    within limit: Duration = .seconds(60),
    _ condition: () -> Bool
) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        if ContinuousClock.now >= deadline { return false }
        usleep(10_000)
    }
    return true
}
