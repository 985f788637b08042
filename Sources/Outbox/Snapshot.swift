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

    /// How many those are.
    let runningCount: Int

    /// Those between the two that were running.
    var running: [UInt64] {
        runningList.dropFirst().dropLast().split(separator: ",").compactMap { UInt64($0) }
    }

    /// The instant before everything: nothing had ended.
    static let beginning = Snapshot(text: "3:3:", oldestRunning: 3, next: 3, running: "")

    private init(text: String, oldestRunning: UInt64, next: UInt64, running: Substring) {
        self.text = text
        self.oldestRunning = oldestRunning
        self.next = next
        runningList = "{\(running)}"
        runningCount = running.split(separator: ",").count
    }

    /// Reads PostgreSQL's text; nil when it is none.
    init?(parsing text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let oldest = UInt64(parts[0]), let next = UInt64(parts[1]) else {
            return nil
        }
        self.init(text: text, oldestRunning: oldest, next: next, running: parts[2])
    }
}
