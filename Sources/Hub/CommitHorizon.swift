/// Which transactions had committed at one instant.
public struct CommitHorizon: Hashable, Sendable {
    private let oldestRunning: UInt64
    private let next: UInt64
    private let running: Set<UInt64>

    /// Describes the instant as PostgreSQL's snapshots do.
    ///
    /// - Parameters:
    ///   - oldestRunning: All transactions below it had ended.
    ///   - next: This one and all above had not begun.
    ///   - running: Those between the two that had not ended.
    public init(oldestRunning: UInt64, next: UInt64, running: Set<UInt64>) {
        self.oldestRunning = oldestRunning
        self.next = next
        self.running = running
    }

    /// Whether a transaction that has committed by now had committed then.
    public func includes(_ transaction: UInt64) -> Bool {
        if transaction < oldestRunning { return true }
        return transaction < next && !running.contains(transaction)
    }
}
