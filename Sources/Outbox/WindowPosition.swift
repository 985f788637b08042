/// How far the outbox was read; it outlives connections, so that none of them loses a row.
struct WindowPosition: Equatable, Sendable {
    /// What was visible here has been delivered, if it lies in `searched`.
    private(set) var delivered: Snapshot

    /// What was visible here has been delivered, wherever it lies.
    private(set) var checked: Snapshot

    /// The partitions that windows between the two were looked for in, as an array literal.
    private(set) var searched = Self.nowhere

    /// A window of which some slices were delivered.
    var rest: Rest?

    /// The highest number that was delivered, or given out before the reader began.
    private(set) var lastSeq: Int64

    /// No partition, as an array literal.
    static let nowhere = "{}"

    /// Starts where everything up to a snapshot and a number counts as delivered.
    init(delivered: Snapshot, lastSeq: Int64 = 0) {
        self.delivered = delivered
        checked = delivered
        self.lastSeq = lastSeq
    }

    /// Whether partitions that were not searched may hold something.
    var isUnchecked: Bool { checked != delivered }

    /// A page was read and is about to be delivered.
    mutating func passed(_ page: WindowPage) {
        lastSeq = max(lastSeq, page.lastSeq ?? 0)
    }

    /// A window was delivered, as far as it lies in some partitions; nil for all of them.
    mutating func finished(_ window: Snapshot, in partitions: String? = nil) {
        delivered = window
        if let partitions { searched = partitions } else { checked = window }
    }

    /// The partitions that were not searched held nothing.
    mutating func finishedCheck() { checked = delivered }

    /// The window of `rest` was delivered to its end.
    mutating func finishedRest() {
        guard let rest else { return }
        if rest.leftOut == Self.nowhere { delivered = rest.until }
        checked = rest.until
        self.rest = nil
    }

    /// The undelivered part of a window.
    struct Rest: Equatable, Sendable {
        /// The snapshot that the window begins with.
        let from: Snapshot

        /// Where the window ends; every slice is read as of then.
        let until: Snapshot

        /// The last message delivered.
        var after: Int64

        /// The last message of the window.
        let last: Int64

        /// Partitions whose rows of this window were delivered already, as an array literal.
        let leftOut: String

        /// Where the window began, if it may concern memberships and no slice has said so.
        var concernsAfter: Int64?

        init(
            from: Snapshot,
            until: Snapshot,
            after: Int64,
            last: Int64,
            leftOut: String = WindowPosition.nowhere,
            mayConcern: Bool = true
        ) {
            self.from = from
            self.until = until
            self.after = after
            self.last = last
            self.leftOut = leftOut
            concernsAfter = mayConcern ? after : nil
        }
    }
}
