/// Which transactions had ended at one instant, as PostgreSQL's type `pg_snapshot` writes it.
struct Snapshot: Equatable, Sendable {
    /// The text, `xmin:xmax:xip`.
    let text: String

    /// All transactions below this one had ended.
    let oldestRunning: UInt64

    /// This one and all above had not begun to write.
    let next: UInt64

    /// Those between the two that were running, as an array literal.
    let runningList: String

    /// The instant before everything: nothing had ended.
    static let beginning = Snapshot(text: "3:3:", oldestRunning: 3, next: 3, runningList: "{}")

    private init(text: String, oldestRunning: UInt64, next: UInt64, runningList: String) {
        self.text = text
        self.oldestRunning = oldestRunning
        self.next = next
        self.runningList = runningList
    }

    /// Reads PostgreSQL's text; nil when it is none.
    init?(parsing text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let oldest = UInt64(parts[0]), let next = UInt64(parts[1]) else {
            return nil
        }
        self.text = text
        oldestRunning = oldest
        self.next = next
        runningList = "{\(parts[2])}"
    }
}
