internal import Locking
internal import Postgres

extension WakePipe {
    /// Sleeps until somebody wakes this pipe or the time is over; nil sleeps without end.
    func wait(timeout: Duration?) {
        _ = Readiness.wait(readable: [descriptor], timeout: timeout)
    }
}
